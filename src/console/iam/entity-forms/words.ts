/** Words that users, groups and roles share. */
export const words = {
  choose: { all: 'All', typed: (what: string) => `Your role may not list them: type ${what}.` },
  attach: {
    crumb: 'Attach policies',
    title: (name: string) => `Attach policies to ${name}`,
    says: 'What they allow and deny counts from the next call.',
    label: 'Policies',
    button: 'Attach the policies',
    keep: 'Attach none',
    typed: 'the ARN of a policy',
    task: (arn: string, name: string) => `Attach ${arn} to ${name}`,
    said: (many: number) =>
      many === 1
        ? 'The policy is attached. It counts from the next call.'
        : `${many} policies are attached. They count from the next call.`,
    report: 'Some policies were not attached',
  },
  detach: {
    crumb: (policy: string) => `Detach ${policy}`,
    title: (policy: string, name: string) => `Detach ${policy} from ${name}?`,
    says: 'What it allows and denies no longer counts from the next call. The policy stays.',
    button: 'Detach the policy',
    keep: 'Keep it attached',
    said: (policy: string) => `${policy} is detached.`,
  },
  boundary: {
    crumb: 'Boundary',
    title: (name: string) => `Boundary of ${name}`,
    says: 'The most that its policies may allow. Without one, its policies alone limit it.',
    label: 'Boundary',
    typed: 'the ARN of a policy, or nothing',
    button: 'Save the boundary',
    keep: 'Keep it as it is',
    set: (arn: string, name: string) => `Make ${arn} the boundary of ${name}`,
    removed: (name: string) => `Remove the boundary of ${name}`,
    said: 'The boundary was changed. It counts from the next call.',
    report: 'The boundary was not changed',
  },
  tags: {
    label: 'Tags',
    crumb: 'Tags',
    title: (name: string) => `Tags of ${name}`,
    says: 'Policies may ask for tags in their conditions. Empty both fields of a row to remove it.',
    button: 'Save the tags',
    keep: 'Keep them as they are',
    set: (keys: string) => `Set ${keys}`,
    removed: (keys: string) => `Remove ${keys}`,
    said: 'The tags were changed.',
    report: 'Not all tags were changed',
  },
  locked: 'The settings file put this in place, so it is changed there and not here.',
  change: 'Change',
} as const
