/** The words of the kit itself; those of pages stand beside the pages. */
export const words = {
  again: {
    title: 'This form was sent twice',
    said: 'This form was sent twice. What it asks for was tried once: this is how it is now.',
  },
  unsigned: {
    title: 'Nothing was saved yet',
    next: 'The form was incomplete. Look at it once more, and send it again.',
  },
  meanwhile: {
    title: 'Somebody changed this meanwhile',
    next: 'Nothing was saved. Compare what it is now with what you typed, and save again.',
  },
  others: {
    title: 'Something was added or taken away meanwhile',
    next: 'Nothing was done. Look at what is there now, and send the form again.',
  },
  unfit: { title: 'Nothing was saved yet', next: 'Change what is marked, and save again.' },
  kept: {
    title: 'What you typed is still here',
    next: 'Your session had ended before it was sent. Nothing was saved yet.',
  },
  removal: {
    confirm: 'To delete it, type its name',
    other: (name: string) => `The name is ${name}.`,
    step: 'What is done first',
    dependents: 'What depends on it',
    found: 'Found',
    nothing: 'Nothing',
  },
  orders: {
    name: 'in order of name',
    '-name': 'in order of name, from Z to A',
    created: 'the oldest first',
    '-created': 'the newest first',
  },
  bulk: {
    confirm: 'This can’t be taken back. To do it, type how many are chosen',
    number: (many: number) => `The number is ${many}.`,
    button: 'Go on',
    progress: 'Done so far',
    working: (done: number, of: number) => `${done} of ${of} are done. The next ones follow.`,
    finished: (done: number, of: number) => `It was done for ${done} of ${of}.`,
    again: 'This part was sent twice. What became of it is in the answer to the other.',
    more: (many: number) => `${many} more could not be changed; the audit log has each.`,
    of: (name: string, what: string) => `${name}: ${what}`,
    back: 'Back to the list',
  },
  unchanged: 'Nothing was changed.',
  refused: 'Nothing was saved',
  denied: 'This change was refused',
  none: 'None',
  review: 'Review',
  next: 'Next',
  count: (many: number, one: string, more: string) =>
    `${many.toLocaleString('en-GB')} ${many === 1 ? one : more}`,
  tooMany: (most: number) => `At most ${most} can be given.`,
  tagTwice: (key: string) => `The key ${key} occurs twice.`,
  tagWithoutKey: 'A value needs a key.',
  chosenNo: 'No',
  home: {
    home: 'Home',
  },
  limits: {
    thisHasToBe: 'This has to be filled in.',
    aWholeNumberIs: 'A whole number is expected.',
    itHasToBe: (grouped: string | number, grouped2: string | number) =>
      `It has to be from ${grouped} to ${grouped2}.`,
    atMostCharactersFit: (grouped: string | number, grouped2: string | number) =>
      `At most ${grouped} characters fit, and these are ${grouped2}.`,
    atLeastCharactersAre: (grouped: string | number, grouped2: string | number) =>
      `At least ${grouped} characters are needed, and these are ${grouped2}.`,
    oneOfTheseIs: (values: string | number) => `One of these is expected: ${values}.`,
    itDoesNotHave: 'It does not have the form that is expected here.',
    theCharacterCantStand: (named: string | number) => `The character ${named} can’t stand here.`,
  },
  list: {
    thisAddressLeadsTo: 'This address leads to no page of the list.',
    noMatches: (noun: string | number) => `No ${noun} matches.`,
  },
  permissionsSummary: {
    listUsers: 'List users',
    lookAtUsers: 'Look at users',
    listRoles: 'List roles',
    lookAtRoles: 'Look at roles',
    createUsers: 'Create users',
    changeWhatRolesMay: 'Change what roles may do',
    takeOtherRoles: 'Take other roles',
    listBuckets: 'List buckets',
    readObjects: 'Read objects',
    writeObjects: 'Write objects',
    listInstances: 'List instances',
    lookAtCosts: 'Look at costs',
    narrowedByTheBoundary: 'Narrowed by the boundary',
    narrowedByASession: 'Narrowed by a session policy',
    narrowedByTheOrganization: 'Narrowed by the organization',
  },
} as const
