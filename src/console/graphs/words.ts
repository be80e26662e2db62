import type { TrustKind } from '../../aws/gatehouse/explain/trust-graph.ts'

/** The words of who trusts whom, and of people in the picture of who can. */
export const words = {
  person: {
    group: 'A person of the directory',
    connector: 'Connector',
    connectorHelp: 'The id of a connector; with an action, what of it the person can',
    subject: 'Subject',
    subjectHelp: 'Of somebody who signed in lately, as the page of the connector lists them',
    both: 'Name a connector and a subject.',
    title: (many: number) => (many === 1 ? '1 role is reached' : `${many} roles are reached`),
    text: (who: string, given: number) =>
      `The mapping gives ${who} ${given === 1 ? '1 role' : `${given} roles`} here; the others ` +
      'are taken from these, one after the other.',
    none: (who: string) => `The mapping gives ${who} no role of this account.`,
    can: (who: string, many: number) => `${who} can, by ${many === 1 ? '1 role' : `${many} roles`}`,
    cannot: (who: string) => `${who} can't`,
    roles: 'Roles',
    heads: { role: 'Role', by: 'By', can: 'Can it', see: 'What it may do' },
    byRule: (rule: string) => `Rule: ${rule}`,
    byRole: (role: string) => `Taken from ${role}`,
    see: 'Look at the role',
    yes: 'Can',
    maybe: 'Can, if',
    no: 'Can’t',
    kind: 'Person',
    gives: (rule: string, role: string) => `The rule “${rule}” gives ${role}.`,
  },
  rule: {
    kind: 'Rule of the mapping',
    gives: (rule: string, role: string) => `The rule “${rule}” gives ${role} to people.`,
    mayGive: (rule: string, role: string) => `The rule “${rule}” may give ${role} to people.`,
  },
  graph: {
    title: 'Role graph',
    says: 'Which roles of the account trust whom: who may take them, as far as they decide.',
    near: 'Around',
    nearHelp: 'A role by its name, or a principal as trust policies name it: shows a picture',
    name: 'Role name contains',
    mark: 'Show',
    marks: {
      '': 'All roles',
      'cross-account': 'Trust other accounts',
      'dead-end': 'Dead ends',
      gone: 'Trust somebody who is gone',
    },
    button: 'Show',
    nothing: 'Nothing is shown',
    totals: (total: string) => `${total} roles`,
    totalsText: (cross: string, ends: string) =>
      `${cross} trust other accounts or everybody. ${ends} are dead ends: nobody who is there ` +
      'may take them.',
    picture: (name: string) => `Around ${name}`,
    pictureNote:
      'Two steps in each direction. Dashed: only under a condition. Thick: from another account',
    cut: 'There is more around it than a picture can show: 60 are shown.',
    alone: (name: string) => `Nothing is around ${name}.`,
    table: 'Roles',
    found: (many: string) => `${many} found`,
    heads: { role: 'Role', by: 'Trusts', marks: 'Marks' },
    around: 'Around it',
    none: 'Nobody',
    more: (many: number) => `and ${many} more`,
    gone: (name: string) => `${name} (gone)`,
    crossAccount: 'Other account',
    deadEnd: 'Dead end',
    empty: 'No role matches.',
    first: 'First page',
    next: 'Next page',
    trusts: (role: string, who: string, conditional: boolean) =>
      conditional ? `${role} trusts ${who}, under a condition.` : `${role} trusts ${who}.`,
    kinds: {
      role: 'Role',
      user: 'User',
      account: 'This account',
      'other-account': 'Other account',
      service: 'Service',
      provider: 'Provider',
      anyone: 'Everybody',
    } as const satisfies Record<TrustKind, string>,
  },
} as const
