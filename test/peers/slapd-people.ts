/** One entry of LDIF: names and values, with base64 where the text needs it (RFC 2849). */
function entry(
  dn: string,
  attributes: Readonly<Record<string, string | readonly string[]>>,
): string {
  const line = (name: string, value: string) =>
    /^[A-Za-z0-9{][\x20-\x7e]*$/.test(value) && !value.endsWith(' ')
      ? `${name}: ${value}`
      : `${name}:: ${Buffer.from(value).toString('base64')}`
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    [values].flat().map((value) => line(name, value)),
  )
  return `${[line('dn', dn), ...lines].join('\n')}\n\n`
}

interface Person {
  readonly uid: string
  /** The naming attribute's value as a DN writes it, where that differs. */
  readonly rdn?: string
  readonly more?: Readonly<Record<string, string | readonly string[]>>
}

/** RFC 4517, section 3.3.13. */
function generalizedTime(at: Date): string {
  return `${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`
}

/** Each has the password `<uid>pw`. What is special about one is in its name. */
const people: readonly Person[] = [
  {
    uid: 'alice',
    more: {
      objectClass: ['inetOrgPerson', 'posixAccount'],
      uidNumber: '1001',
      gidNumber: '2001',
      homeDirectory: '/home/alice',
      givenName: 'Alice',
      displayName: 'Alice Liddell',
      mail: ['alice@example.test', 'a.liddell@example.test'],
      jpegPhoto: '\u0000\u0001',
    },
  },
  { uid: 'bob' },
  { uid: 'carol', more: { mail: 'shared@example.test' } },
  { uid: 'dave', more: { mail: 'shared@example.test' } },
  { uid: 'jürgen' },
  { uid: 'o,brien (x)*', rdn: 'o\\,brien (x)*' },
  { uid: 'back\\slash', rdn: 'back\\5cslash' },
  { uid: 'locked', more: { pwdAccountLockedTime: '000001010000Z' } },
  { uid: 'expired', more: { pwdChangedTime: '20200101000000Z' } },
  // The directory lets one in three times after the end, and warns the other before it.
  {
    uid: 'grace',
    more: {
      mail: 'grace@example.test',
      pwdChangedTime: '20200101000000Z',
      pwdPolicySubentry: 'cn=grace,ou=policies,dc=example,dc=test',
    },
  },
  {
    uid: 'warned',
    more: {
      mail: 'warned@example.test',
      pwdChangedTime: generalizedTime(new Date()),
      pwdPolicySubentry: 'cn=grace,ou=policies,dc=example,dc=test',
    },
  },
  { uid: 'mustchange', more: { pwdReset: 'TRUE' } },
  { uid: 'three' },
  { uid: 'nopassword', more: { userPassword: [] } },
]

/**
 * The tree of the tests: `people` may be loaded offline, `groups` must be added to the running
 * server.
 */
export function slapdPeople(baseDn: string): { readonly people: string; readonly groups: string } {
  const unit = (ou: string) =>
    entry(`ou=${ou},${baseDn}`, { objectClass: 'organizationalUnit', ou })
  const person = ({ uid, rdn = uid, more }: Person) =>
    entry(`uid=${rdn},ou=people,${baseDn}`, {
      objectClass: 'inetOrgPerson',
      uid,
      cn: `${uid} Test`,
      sn: 'Test',
      userPassword: `${uid}pw`,
      ...more,
    })
  const memberDn = (name: string) =>
    name.startsWith('cn=') ? `${name},ou=groups,${baseDn}` : `uid=${name},ou=people,${baseDn}`
  const group = (cn: string, ...members: readonly string[]) =>
    entry(`cn=${cn},ou=groups,${baseDn}`, {
      objectClass: 'groupOfNames',
      cn,
      member: members.map(memberDn),
    })
  return {
    people: [
      entry(baseDn, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' }),
      unit('people'),
      unit('groups'),
      unit('policies'),
      entry(`cn=default,ou=policies,${baseDn}`, {
        objectClass: ['device', 'pwdPolicy'],
        cn: 'default',
        pwdAttribute: 'userPassword',
        pwdLockout: 'TRUE',
        pwdMaxFailure: '3',
        pwdLockoutDuration: '300',
        pwdMustChange: 'TRUE',
        pwdMaxAge: '7776000',
        pwdGraceAuthnLimit: '0',
        pwdAllowUserChange: 'TRUE',
      }),
      entry(`cn=grace,ou=policies,${baseDn}`, {
        objectClass: ['device', 'pwdPolicy'],
        cn: 'grace',
        pwdAttribute: 'userPassword',
        pwdMaxAge: String(10 * 86_400 + 3600),
        pwdExpireWarning: String(20 * 86_400),
        pwdGraceAuthnLimit: '4',
      }),
      entry(`cn=svc,${baseDn}`, {
        objectClass: ['organizationalRole', 'simpleSecurityObject'],
        cn: 'svc',
        userPassword: 'svcpw',
      }),
      ...people.map(person),
    ].join(''),
    groups: [
      group('devs', 'alice'),
      group('engineering', 'cn=devs', 'bob', 'grace', 'warned'),
      group('staff', 'cn=engineering'),
      group('loop-a', 'alice', 'cn=loop-b'),
      group('loop-b', 'cn=loop-a'),
      entry(`cn=unix,ou=groups,${baseDn}`, {
        objectClass: 'posixGroup',
        cn: 'unix',
        gidNumber: '2000',
        memberUid: ['alice', 'bob'],
      }),
      entry(`cn=primary,ou=groups,${baseDn}`, {
        objectClass: 'posixGroup',
        cn: 'primary',
        gidNumber: '2001',
      }),
    ].join(''),
  }
}
