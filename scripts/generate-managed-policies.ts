/**
 * Writes src/reference/managed-policies.gen.json: the ready-made policies under AWS's names, with
 * documents made of the access levels of the action reference. A document that changes gets the
 * next version; one that is no longer made stays as it was, so that nothing attached to it breaks.
 * test/reference/managed-policies.test.ts fails when the file is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceRoles } from '../src/aws/iam/service-linked-roles/service-roles.ts'
import { rootTaskPolicy, rootTasks } from '../src/aws/sts/root-task-policies.ts'
import type { CataloguedAction } from '../src/policy/index.ts'
import { actionReference } from '../src/reference/action-reference.ts'
import type { ManagedPolicyRow } from '../src/reference/managed-policies.ts'
import { serviceTitles } from '../src/reference/service-titles.ts'
import { familiesOf } from './managed-policies/names.ts'
import { patternsOf } from './managed-policies/patterns.ts'
import { reads } from './managed-policies/reading.ts'
import { type Picks, type Special, specialPolicies } from './managed-policies/special.ts'

const target = join(import.meta.dirname, '../src/reference/managed-policies.gen.json')

/** Gatehouse's own service is administration: no ready-made policy but those of `*` has it. */
const ownService = 'gatehouse'

/**
 * Returns the text of managed-policies.gen.json: a row by path and name. `before`: the text of the
 * file as it is; `today`: the date of what changes, `2026-09-27`.
 */
export async function generateManagedPolicies(before: string, today: string): Promise<string> {
  const rows = new Map(Object.entries(JSON.parse(before) as Record<string, ManagedPolicyRow>))
  for (const { name, description, document } of [...(await policies()), ...rootTaskPolicies()]) {
    const row = rows.get(name)
    if (row?.[4] === document) rows.set(name, [row[0], row[1], row[2], description, document])
    else rows.set(name, [(row?.[0] ?? 0) + 1, row?.[1] ?? today, today, description, document])
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

interface Policy {
  readonly name: string
  readonly description: string
  readonly document: string
}

async function policies(): Promise<readonly Policy[]> {
  const reference = await actionReference()
  const services = reference.services.filter((service) => service !== ownService)
  const actionsOf = (service: string) => reference.actions(service) ?? []
  const picks: Picks = {
    services,
    pick: (from, wanted: (action: CataloguedAction, service: string) => boolean) =>
      from.flatMap((service) => {
        const actions = actionsOf(service)
        const names = actions.map(({ name }) => name)
        return patternsOf(
          service,
          names,
          actions.filter((one) => wanted(one, service)).map(({ name }) => name),
        )
      }),
  }
  const special = specialPolicies(picks)
  const taken = new Set(special.map(({ name }) => name))
  const made = [...families(picks, await serviceTitles()), ...serviceLinked(picks)].filter(
    ({ name }) => !taken.has(name),
  )
  const names = made.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new Error(`two policies are called ${twice}`)
  return [...special, ...made]
    .filter(({ statements }) =>
      statements.every((one) => one.NotAction || (one.Action ?? []).length > 0),
    )
    .map(({ name, description, statements }) => ({
      name,
      description,
      document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    }))
}

/** The session policies of AssumeRoot. */
function rootTaskPolicies(): readonly Policy[] {
  return rootTasks.map((task) => ({
    name: `root-task/${task}`,
    description: 'Limits a session of AssumeRoot to one task.',
    document: rootTaskPolicy(`arn:aws:iam::aws:policy/root-task/${task}`, 'aws')!,
  }))
}

function families(
  { services, pick }: Picks,
  titles: Readonly<Record<string, string>>,
): readonly Special[] {
  const alone = services.filter((service) => service !== 'iam')
  return familiesOf(alone, (service) => titles[service] ?? service).flatMap((family) => {
    const what = family.services.map((service) => titles[service] ?? service).join(', ')
    const policy = (name: string, description: string, actions: readonly string[]): Special => ({
      name,
      description,
      statements: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    })
    return [
      ...family.full.map((name) =>
        policy(
          name,
          `Allows every action of ${what}.`,
          family.services.map((service) => `${service}:*`),
        ),
      ),
      ...family.read.map((name) =>
        policy(name, `Allows to read ${what}, without secrets.`, pick(family.services, reads)),
      ),
    ]
  })
}

/** What the roles hold that services take by themselves: reading what is theirs. */
function serviceLinked({ pick }: Picks): readonly Special[] {
  return [...serviceRoles.values()].flatMap(({ policy, reads: from }) =>
    policy === undefined || from === undefined
      ? []
      : [
          {
            name: `aws-service-role/${policy}`,
            description: 'For the role that a service takes by itself.',
            statements: [{ Effect: 'Allow', Action: pick(from, reads), Resource: '*' } as const],
          },
        ],
  )
}

if (import.meta.main) {
  const before = existsSync(target) ? readFileSync(target, 'utf8') : '{}'
  writeFileSync(
    target,
    await generateManagedPolicies(before, new Date().toISOString().slice(0, 10)),
  )
}
