import { addressOf } from '../../address.ts'
import { type Action, type Call, type Part, partOf } from '../../call.ts'
import type { Removal } from '../../removal.ts'
import { link, type Section, text } from '../../shown.ts'
import { nameInArn, partSection } from '../parts.ts'
import { words } from './words.ts'

const said = words.provider
const mostCalls = 3
const mostItems = 1000

/** How a provider of a kind is looked at and deleted. */
interface Way<A extends Action> {
  get(call: Call<A>, arn: string): Promise<unknown>
  remove(call: Call<A>, arn: string): Promise<unknown>
}

type Calls<A extends Action> = Call<A | 'iam:ListRoles'>

/** Deleting a provider leaves the roles that trust it, which are told. */
export async function providerRemoval<A extends Action>(
  call: Calls<A>,
  arn: string,
  { get, remove }: Way<A | 'iam:ListRoles'>,
): Promise<Removal<A | 'iam:ListRoles'>> {
  await get(call, arn)
  const trusting = await partOf(trustingRoles(call as Call<'iam:ListRoles'>, arn))
  const name = nameInArn(arn)
  return {
    name,
    title: said.title(name),
    says: words.saysAlone,
    dependents: [],
    told: [trustSection(trusting)],
    last: {
      words: said.task(name),
      run: async (now) => {
        await remove(now, arn)
      },
    },
    said: words.gone(name),
  }
}

interface Trusting {
  readonly names: readonly string[]
  readonly more: boolean
}

/** Looks through the trust policies of the first roles: no index tells whom a role trusts. */
async function trustingRoles(call: Call<'iam:ListRoles'>, arn: string): Promise<Trusting> {
  const names: string[] = []
  const quoted = JSON.stringify(arn)
  let marker: string | undefined
  for (let calls = 0; calls < mostCalls; calls++) {
    const { Roles, Marker } = await call('iam:ListRoles', { Marker: marker, MaxItems: mostItems })
    for (const { RoleName, AssumeRolePolicyDocument = '' } of Roles)
      if (AssumeRolePolicyDocument.includes(quoted)) names.push(RoleName)
    marker = Marker
    if (marker === undefined) break
  }
  return { names, more: marker !== undefined }
}

function trustSection(part: Part<Trusting>): Section {
  return partSection(said.trust, part, ({ names, more }) => ({
    note: names.length > 0 ? said.trustNote : undefined,
    heads: [{ head: said.role }],
    rows: [
      ...names.map((name) => [link(name, addressOf('/console/roles/:name', { name }))]),
      ...(more ? [[text(said.unfinished)]] : []),
    ],
    empty: said.nobody,
  }))
}
