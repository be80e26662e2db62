import { demoSettings } from './running.ts'

/** Names that pages find hard: 51 and 64 letters, with and without a place to break. */
export const longNames = {
  role: 'CrossBorderFreightReconciliationAndCustomsClearanceReadOnlyAudits',
  unbroken: 'x'.repeat(64),
  letters51: 'crossborderfreightreconciliationandcustomsclearance',
}
const described = [
  'Query the warehouse, read curated buckets',
  'لوحة القيادة: قراءة فقط، بدون تغيير',
  'Reconcile wagon counts with customs declarations of 11 countries; reads only, keeps a trail',
  undefined,
]
const kinds = ['Analyst', 'Developer', 'Operator', 'Auditor', 'Support', 'Planner', 'Engineer']

/** A role of the demo's own account, for the pages of its console. */
const longRole = `${longNames.unbroken}: ${JSON.stringify({
  description: described[1],
  trustPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:user/broker' },
        Action: 'sts:AssumeRole',
      },
    ],
  },
})}`

export interface ManyRoles {
  readonly roles: number
  readonly accounts: number
}

/** The demo with more accounts, whose roles amina may all take. */
export async function manyRoles({ roles, accounts }: ManyRoles): Promise<string> {
  const ids = Array.from({ length: accounts }, (_, i) => String(222_200_000_000 + i))
  const trustPolicy = (id: string) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${id}:file-provider/staff` },
        Action: 'sts:AssumeRoleWithLDAPIdentity',
      },
    ],
  })
  const named = Array.from({ length: roles }, (_, i) => ({
    id: ids[i % accounts]!,
    name: nameOf(i),
    description: described[i % described.length],
  }))
  const more = ids.map((id, i) => {
    const own = named.filter((one) => one.id === id)
    const written = own.map(({ name, description }) => [
      name,
      { ...(description !== undefined && { description }), trustPolicy: trustPolicy(id) },
    ])
    return `  "${id}": ${JSON.stringify({ alias: aliasOf(i), roles: Object.fromEntries(written) })}`
  })
  const grants = named.map(({ id, name }) => ({ role: `arn:aws:iam::${id}:role/${name}` }))
  const rule = { name: 'everything', when: '"admins" in identity.groups', grants }
  return (await demoSettings())
    .replace('accounts: ["111122223333"]', `accounts: ${JSON.stringify(['111122223333', ...ids])}`)
    .replace('mappings:\n', `mappings:\n  - ${JSON.stringify(rule)}\n`)
    .replace(/^ {4}roles:\n/m, `    roles:\n      ${longRole}\n`)
    .replace(/^accounts:\n/m, `accounts:\n${more.join('\n')}\n`)
}

function nameOf(i: number): string {
  if (i === 0) return longNames.role.slice(0, 64)
  if (i === 1) return longNames.unbroken
  if (i === 2) return longNames.letters51
  return `Team${Math.floor(i / kinds.length)}${kinds[i % kinds.length]}`
}

function aliasOf(i: number): string {
  return i === 0 ? 'a'.repeat(63) : `meridian-${i}`
}
