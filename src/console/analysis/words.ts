/** The words of the pages about recorded calls. */
export const words = {
  running: {
    title: 'Working on the recorded calls',
    text: (calls: string, reached: string | undefined, since: string) =>
      reached === undefined
        ? 'It has begun. This page looks again every two seconds.'
        : `${calls} calls were decided, back to ${reached}; they are wanted back to ${since}. ` +
          'This page looks again every two seconds.',
    failed: 'The analysis ended before it was done',
    failedNext:
      'The node that worked on it has stopped, or the audit log was away. Start it again.',
    gone: 'This analysis is not known any more',
    goneNext: 'What an analysis found is kept for an hour. Start it again.',
    refused: 'Nothing was analysed',
  },
  days: 'Days',
  daysHelp: 'Calls of so many days, counted back from now',
  calls: {
    title: 'Calls that would be decided otherwise',
    heads: {
      who: 'User or role',
      what: 'What',
      action: 'Call',
      times: 'Calls',
      because: 'Because',
    },
    kinds: { gains: 'Allowed', loses: 'Refused' },
    none: 'None.',
    last: (at: string) => `last ${at}`,
    undecided: (many: string) =>
      `${many} calls can't be decided any more: what they were about is gone, or was not recorded`,
    cut: 'Only the latest 50,000 calls were decided.',
  },
  unused: {
    title: 'Unused access',
    of: (name: string) => `Unused access of ${name}`,
    says:
      'What the policies allow and nobody used, a smaller policy, and the recorded calls decided ' +
      'again under that.',
    button: 'Analyse',
    empty: 'Choose how far back calls count. Nothing is changed.',
    found: (used: number, all: number, days: number) =>
      `${used} of ${all} actions were used in ${days} days`,
    nothing: 'Nothing that Gatehouse sees is allowed',
    whole: (calls: string) =>
      `All ${calls} recorded calls that are allowed now stay allowed under the proposal.`,
    noCalls: 'No call is recorded in this time: the proposal was tried on none.',
    broken: (calls: string) => `${calls} recorded calls would be refused under the proposal.`,
    proposal: 'Proposed policy',
    proposalNote: 'In place of the policies below. Resources and conditions are as they were',
    none: 'The proposal is no policy at all: nothing that it could allow was used.',
    open: 'Open in the policy editor',
    policyName: 'UsedAccess',
    inPlaceOf: 'In place of',
    inPlaceNote: 'Take these away once the new policy is there; those of groups by leaving them',
    policyHead: 'Policy',
    kindHead: 'Where',
    managed: 'Managed policy',
    inline: { user: 'Inline policy', role: 'Inline policy', group: 'Inline policy of the group' },
    services: 'Services',
    serviceHeads: { service: 'Service', used: 'Used', unused: 'Not used' },
    unseen: 'Not seen by Gatehouse: stays',
    more: (many: number) => `and ${many} more`,
    noServices: 'The policies allow nothing.',
  },
  replay: {
    title: 'Replay calls',
    says:
      'Try an edited policy or edited rules on the calls that were recorded: which would be ' +
      'decided otherwise.',
    policy: 'Policy',
    policyHelp: 'The ARN of a managed policy, or role/NAME/POLICY, user/… or group/…',
    document: 'Edited policy',
    documentHelp: 'JSON, which takes its place',
    rulesGroup: 'Edited rules',
    rules: 'Rules',
    rulesHelp: 'The list that stands under mappings: in the settings file, as YAML',
    button: 'Replay',
    empty: 'Nothing is changed: recorded calls are decided once more.',
    noTarget: 'Name the policy that the edited one takes the place of.',
    noPolicy: 'An ARN, or role/NAME/POLICY, is expected.',
    same: 'Every call would be decided as it is',
    differs: (lost: string, gained: string) => `${lost} calls would be refused, ${gained} allowed`,
    told: (calls: string, days: number) => `${calls} calls of ${days} days were decided again.`,
  },
} as const
