import {
  type AccessKeyRecord,
  type GroupRecord,
  type InstanceProfileRecord,
  type MfaDeviceRecord,
  type OpenSessionRecord,
  type PersonKeyRecord,
  type PolicyRecord,
  type RecentSignInRecord,
  type RecordKind,
  type RecordKinds,
  type RevocationRecord,
  type RoleRecord,
  revokedByCheck,
  revokedByPerson,
  type SamlProviderRecord,
  type ServiceCredentialRecord,
  type ServiceRecord,
  type SigningCertificateRecord,
  type SshPublicKeyRecord,
  type Tag,
  type UserRecord,
} from './records.ts'

/** What all targets of `linkTo.day` start with. Their code point order is that of the days. */
export const everyDay = 'day/'

/** What all targets of `linkTo.connectorDay` of a connector start with, in that order too. */
export const everyDayOf = (connector: string): string => `connector/${connector}/`

const dayText = (day: number) => `${day}`.padStart(7, '0')

/** What all targets of `linkTo.keyHolder` of a connector start with. */
export const everyKeyHolder = (connector: string): string => `holder/${connector}/`

/**
 * The references from a record to others, by which `Reads.linked` finds it. Every adapter stores
 * these beside the record, in the same transaction. A new kind of link needs a migration for
 * existing records.
 */
export const linkTo = {
  /** Users → a group, by its membership (memberships.ts). */
  group: (membership: string) => `group/${membership}`,
  /** Users, groups and roles → a managed policy that is attached to them. */
  policy: (arn: string) => `policy/${arn}`,
  /** Users and roles → their permissions boundary. */
  boundary: (arn: string) => `boundary/${arn}`,
  /** Instance profiles → their role, by its folded name. */
  role: (name: string) => `role/${name.toLowerCase()}`,
  /**
   * Users → their own unique id, which stays the same when the user is renamed. SAML providers →
   * their own unique id, which is part of their addresses. SSH keys, signing certificates and
   * service-specific credentials → their owner's.
   */
  id: (id: string) => `id/${id}`,
  /**
   * Users, roles and policies → each of their tags, by key alone (`value` absent) and by key and
   * value. No key has a line break.
   */
  tag: (key: string, value?: string) =>
    value === undefined ? `tag/${key}` : `tag/${key}\n${value}`,
  /** Signing certificates → themselves, by the SHA-256 of the DER form. */
  certificate: (fingerprint: string) => `certificate/${fingerprint}`,
  /** MFA devices that are enabled → one target that all of them share, so that they are counted. */
  enabled: () => 'enabled',
  /**
   * Managed policies that have at least so many versions → one target that they share, so that the
   * versions of an account are counted without reading policies.
   */
  version: (number: number) => `version/${number}`,
  /** Revocations that nobody asked for in person → one target, so that they are counted apart. */
  automatic: () => 'automatic',
  /** Revocations that operators see → one target, so that they are listed alone. */
  listed: () => 'listed',
  /** Revocations → the week in which they end (`weekOf`), so that what has passed is found. */
  week: (week: number) => `week/${week}`,
  /** Recent sign-ins → their day (`dayOf`), so that they are read and removed by age. */
  day: (day: number) => `${everyDay}${dayText(day)}`,
  /** Recent sign-ins → their connector and day. */
  connectorDay: (connector: string, day: number) => `${everyDayOf(connector)}${dayText(day)}`,
  /** Keys of people → the name of who has them, folded, so that they are found by it. */
  keyHolder: (connector: string, username: string) =>
    everyKeyHolder(connector) + username.toLowerCase(),
  /** Services (of account `*`) → the account whose they are. */
  account: (id: string) => `account/${id}`,
  /** Open sessions → whose they are: an account, or a connector. */
  sessionsOf: (owner: string) => `sessions/${owner}`,
  /** Open sessions → their person, whatever the case of the name. */
  sessionsOfPerson: (owner: string, person: string) =>
    `person/${owner}/${person.toLowerCase()}`.slice(0, 512),
  /** Open sessions → the sign-in that they belong to. */
  sessionsOfSignIn: (id: string) => `sign-in/${id}`,
  /** Access keys (of account `*`) and MFA devices → their owner; undefined: the account's root. */
  owner: (account: string, userName: string | undefined) =>
    userName === undefined ? `${account}/root` : `${account}/user/${userName.toLowerCase()}`,
} as const

const dayMs = 86_400_000
const weekMs = 7 * dayMs

/** The number of a day of UTC, counted from the beginning of 1970. */
export function dayOf(instant: Date): number {
  return Math.floor(instant.getTime() / dayMs)
}

/** The number of a week, counted from the beginning of 1970. */
export function weekOf(instant: Date): number {
  return Math.floor(instant.getTime() / weekMs)
}

export function linksOf<K extends RecordKind>(kind: K, record: RecordKinds[K]): readonly string[] {
  const row = rows[kind]
  return row ? [...new Set(row(record as never))] : []
}

const rows: Readonly<Partial<Record<RecordKind, (record: never) => readonly string[]>>> = {
  user: ({ id, groups, attachedPolicies, permissionsBoundary, tags }: UserRecord) => [
    linkTo.id(id),
    ...tagLinks(tags),
    ...groups.map(linkTo.group),
    ...attachedPolicies.map(linkTo.policy),
    ...boundaryLink(permissionsBoundary),
  ],
  group: ({ attachedPolicies }: GroupRecord) => attachedPolicies.map(linkTo.policy),
  role: ({ attachedPolicies, permissionsBoundary, tags }: RoleRecord) => [
    ...tagLinks(tags),
    ...attachedPolicies.map(linkTo.policy),
    ...boundaryLink(permissionsBoundary),
  ],
  policy: ({ versions, tags }: PolicyRecord) => [
    ...versions.map((_, at) => linkTo.version(at + 1)),
    ...tagLinks(tags),
  ],
  revocation: ({ by, expiresAt }: RevocationRecord) => [
    linkTo.week(weekOf(new Date(expiresAt))),
    ...(by === revokedByPerson || by === revokedByCheck ? [linkTo.automatic()] : []),
    ...(by === revokedByPerson ? [] : [linkTo.listed()]),
  ],
  accessKey: ({ owner, userName }: AccessKeyRecord) => [linkTo.owner(owner, userName)],
  instanceProfile: ({ roleName }: InstanceProfileRecord) =>
    roleName === undefined ? [] : [linkTo.role(roleName)],
  sshPublicKey: ({ ownerId }: SshPublicKeyRecord) => [linkTo.id(ownerId)],
  signingCertificate: ({ ownerId, fingerprint }: SigningCertificateRecord) => [
    linkTo.id(ownerId),
    linkTo.certificate(fingerprint),
  ],
  serviceCredential: ({ ownerId }: ServiceCredentialRecord) => [linkTo.id(ownerId)],
  service: ({ account }: ServiceRecord) => [linkTo.account(account)],
  recentSignIn: ({ at, connector }: RecentSignInRecord) => [
    linkTo.day(dayOf(new Date(at))),
    linkTo.connectorDay(connector, dayOf(new Date(at))),
  ],
  personKey: ({ connector, username }: PersonKeyRecord) => [linkTo.keyHolder(connector, username)],
  openSession: ({ id, owner, person, signIn, until }: OpenSessionRecord) => [
    linkTo.id(id),
    linkTo.sessionsOf(owner),
    linkTo.sessionsOfPerson(owner, person),
    ...(signIn === undefined ? [] : [linkTo.sessionsOfSignIn(signIn)]),
    linkTo.day(dayOf(new Date(until))),
  ],
  samlProvider: ({ id }: SamlProviderRecord) => [linkTo.id(id)],
  mfaDevice: ({ account, enabled }: MfaDeviceRecord) =>
    enabled ? [linkTo.owner(account, enabled.userName), linkTo.enabled()] : [],
}

const tagLinks = (tags: readonly Tag[]) =>
  tags.flatMap(({ Key, Value }) => [linkTo.tag(Key), linkTo.tag(Key, Value)])
const boundaryLink = (arn: string | undefined) => (arn === undefined ? [] : [linkTo.boundary(arn)])
