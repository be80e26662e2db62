import type { ExplainedAccess } from '../../aws/gatehouse/explain/explain-model.ts'
import type { PolicyKind } from '../../policy/question.ts'
import type { Outcome, Tone } from '../shown.ts'

/** The words of the pages that explain. */
export const words = {
  simulator: {
    title: 'Simulator',
    says: 'Ask the engine that decides real calls. No request is made, and nothing is kept.',
    empty: 'Name a principal, or type policies in, and say what is asked.',
    button: 'Decide',
    save: 'Save as test',
    principal: 'Principal',
    principalHelp: 'user/NAME, group/NAME, role/NAME, an ARN, or that of a role session',
    actions: 'Actions',
    actionsHelp: 'One a line, as in s3:GetObject',
    resources: 'Resources',
    resourcesHelp: 'ARNs, one a line; empty: the actions on every resource',
    context: 'Context',
    contextHelp: 'A condition key a line, as in aws:SourceIp = 203.0.113.24; repeat it for a list',
    keysTitle: (count: number) => `Condition keys that the policies use (${count})`,
    policies: 'Policies typed in',
    policy: 'Policy',
    policyHelp: 'JSON. It joins those of the principal',
    moreTitle: 'Further layers',
    boundary: 'Permissions boundary',
    boundaryHelp: "JSON, in place of the principal's own",
    serviceControl: 'Service control policy',
    serviceControlHelp: 'JSON, in place of those of the organization',
    resourcePolicy: 'Resource policy',
    resourcePolicyHelp: 'JSON. For sts:AssumeRole: the trust policy of the role',
    caller: 'Caller',
    callerHelp: 'The ARN of the user who calls; needed with a resource policy, unless a user asks',
    resourceOwner: 'Owner of the resources',
    resourceOwnerHelp: 'arn:aws:iam::111122223333:root; only where their ARNs name no account',
    nothing: 'Nothing was decided',
    noPolicies: 'Name a principal, or type a policy in.',
    noActions: 'Name an action.',
    badContext: (line: string) =>
      `${line.slice(0, 80)} is no condition key with a value: write aws:SourceIp = 203.0.113.24`,
    tooMany: (most: number) => `At most ${most} of them can be asked at once.`,
    results: 'Decisions',
    resultsNote: (asked: number, allowed: number) => `${allowed} of ${asked} allowed`,
    heads: { action: 'Action and resource', decision: 'Decision', by: 'By', why: 'Why' },
    trace: 'How it was decided',
    missing: 'Condition keys that would matter and were not given',
    why: 'Why',
    whyLabel: (action: string, resource: string) => `Why ${action} on ${resource}`,
    anything: 'every resource',
  },
  effects: {
    allow: { tone: 'allow', text: 'Allow' },
    'explicit-deny': { tone: 'deny', text: 'Deny' },
    'implicit-deny': { tone: 'implicit', text: 'Not allowed' },
    depends: { tone: 'warn', text: 'Depends' },
  } as const satisfies Record<
    ExplainedAccess['Effect'],
    { readonly tone: Tone; readonly text: string }
  >,
  decisions: {
    allow: (by: string) => `Allowed by ${by}.`,
    'explicit-deny': (by: string) => `Denied by ${by}. A Deny wins over every Allow.`,
    'implicit-deny': (layer: string) => `No statement of the ${layer} allows it.`,
    depends: {
      trust: 'The trust policy of the role decides, and was not given.',
      resource: 'The policy of the resource decides, and was not given.',
    },
    nothing: 'no statement',
  },
  layers: {
    identity: 'identity policies',
    resource: 'resource policy',
    trust: 'trust policy',
    boundary: 'permissions boundary',
    session: 'session policies',
    'service-control': 'service control policies',
    'resource-control': 'resource control policies',
  } as const satisfies Record<PolicyKind, string>,
  outcomes: {
    allows: { tone: 'allow', text: 'Allow' },
    denies: { tone: 'deny', text: 'Deny' },
    silent: { tone: 'implicit', text: 'No statement allows it' },
    notNeeded: { tone: 'none', text: 'Need not allow' },
    noMatch: { tone: 'none', text: 'No match' },
  } as const satisfies Record<string, Outcome>,
  level: (level: number) => `level ${level + 1}`,
  statements: (count: number) => (count === 1 ? '1 statement' : `${count} statements`),
  statement: (number: number) => `Statement ${number}`,
  ofPolicy: (policy: string, number: number) => `${policy}, statement ${number}`,
  aDeny: 'a Deny',
  othersAction: (count: number) =>
    count === 1
      ? '1 more statement is about other actions.'
      : `${count} more statements are about other actions.`,
  parts: {
    matches: (found: string, by: string) =>
      by === found ? `${found} is named` : `${found} matches ${by}`,
    notAmong: (found: string, written: string) => `${found} is not among ${written}`,
    outside: (found: string, written: string) => `${found} is none of ${written}`,
    excluded: (found: string, by: string) => `${found} is excluded by ${by}`,
    absent: (key: string, operator: string, written: string) =>
      `${key} is absent; ${operator} ${written} is asked for`,
    holds: (key: string, found: string, operator: string, written: string) =>
      `${key} is ${found}: ${operator} ${written} holds`,
    fails: (key: string, found: string, operator: string, written: string) =>
      `${key} is ${found}: ${operator} ${written} does not hold`,
    holdsAbsent: (key: string, operator: string, written: string) =>
      `${key} is absent: ${operator} ${written} holds`,
    more: (count: number) => `and ${count} more`,
  },
  test: {
    comment:
      'Saved from the simulator. Run it with: gatehouse policy test FILE\n' +
      ' Policies are those of the moment of saving.',
    organization: ' Policies of the organization are not in it, and the answers are without them.',
  },
}
