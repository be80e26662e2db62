import { directoryVersion } from '../../../aws/gatehouse/directory/directory-model.ts'
import { addressOf } from '../../address.ts'
import { type Action, type Call, type Part, partOf } from '../../call.ts'
import { link, text } from '../../cells.ts'
import type { Removal } from '../../removal.ts'
import type { Section } from '../../shown.ts'
import { searches } from '../listing.ts'
import { nameInArn, partSection } from '../parts.ts'
import { words } from './words.ts'

const said = words.provider
const mostShown = 200

/** How a provider of a kind is looked at and deleted. */
interface Way<A extends Action> {
  get(call: Call<A>, arn: string): Promise<unknown>
  remove(call: Call<A>, arn: string): Promise<unknown>
}

type Calls<A extends Action> = Call<A | typeof searches>

/** Deleting a provider leaves the roles that trust it, which are told. */
export async function providerRemoval<A extends Action>(
  call: Calls<A>,
  arn: string,
  { get, remove }: Way<A | typeof searches>,
): Promise<Removal<A | typeof searches>> {
  await get(call, arn)
  const trusting = await partOf(trustingRoles(call as Call<typeof searches>, arn))
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

async function trustingRoles(call: Call<typeof searches>, arn: string): Promise<Trusting> {
  const asked = {
    Version: directoryVersion,
    Kind: 'role',
    Trusts: arn,
    MaxItems: mostShown,
  } as const
  const { Roles = [], Marker } = await call(searches, asked)
  return { names: Roles.map(({ RoleName }) => RoleName), more: Marker !== undefined }
}

function trustSection(part: Part<Trusting>): Section {
  return partSection(said.trust, part, ({ names, more }) => ({
    note: names.length > 0 ? said.trustNote : undefined,
    heads: [{ head: said.role }],
    rows: [
      ...names.map((name) => [link(name, addressOf('/console/roles/:name', { name }))]),
      ...(more ? [[text(said.more)]] : []),
    ],
    empty: said.nobody,
  }))
}
