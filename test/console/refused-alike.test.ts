/**
 * The table of refusals: each operation of each page is refused on the page exactly when it is
 * refused on the wire. One user loses one action after the other; what their console session called
 * is called again with their access key, and both are answered alike.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Model, Shape } from '../../src/aws/model.ts'
import { recordedInput } from '../../src/aws/recorded-input.ts'
import { withQuery } from '../../src/console/address.ts'
import type { Action } from '../../src/console/call.ts'
import { modelOf } from '../../src/console/models.ts'
import type { Page } from '../../src/console/page.ts'
import { consolePages } from '../../src/console/pages.ts'
import { jsonPaths } from '../../src/http/wire-listener.ts'
import type { Browser, Shown } from '../http/browser.ts'
import { iamCall, jsonCall, signedCall } from '../journeys/broker.ts'
import type { TrailRecord } from '../journeys/running.ts'
import { openUsers, type Users } from '../sign-in/user/users.ts'
import { fillingOf } from './fillings.ts'
import { addressFor, longName, makeDirectory } from './made-directory.ts'
import type { Rig } from './rig.ts'
import { type Fields, sendForm } from './sent-form.ts'

const nameOf = (action: string) => action.split(':')[1]!

/** A page with an action that the user lacks for its visit; undefined: it has all. */
interface Visit {
  readonly page: Page
  readonly lacks: Action | undefined
}

/**
 * A visit for each action. A form that takes things away is refused the first, so that the things
 * stay for the next page; what a form calls only with other values is left out.
 */
function visitsOf(page: Page): readonly Visit[] {
  const one = (lacks: Action | undefined) => ({ page, lacks })
  if (page.submit === undefined || page.kind === 'ask') return [...page.calls, undefined].map(one)
  const { operation, takesAway, alsoCalls = [] } = fillingOf(page)
  if (takesAway) return page.calls.filter((action) => nameOf(action) === operation).map(one)
  const asked = page.calls.filter((action) => !alsoCalls.includes(nameOf(action)))
  const isDeletion = (action: Action) => nameOf(action).startsWith('Delete')
  const writes = asked.filter((action) => !isRead(action)).toReversed()
  const [deletions, others] = [writes.filter(isDeletion), writes.filter((a) => !isDeletion(a))]
  return [...deletions, ...others, ...asked.filter(isRead)].map(one)
}

/**
 * The first visits of all pages, then their second ones: each write of a form is refused while
 * there is something left for it to do. Those that lack the same are together.
 */
function visitsInTurns(): readonly (readonly Visit[])[] {
  const visits = consolePages.flatMap((page) =>
    visitsOf(page).map((visit, turn) => ({ visit, turn })),
  )
  const sorted = visits.toSorted((one, other) => one.turn - other.turn)
  const groups = Map.groupBy(sorted, ({ visit, turn }) => `${turn} ${visit.lacks}`)
  return [...groups.values()].map((some) => some.map(({ visit }) => visit))
}

test('every operation of every page is refused there exactly when it is on the wire', async () => {
  await using users = await openUsers()
  const { rig } = users
  const [browser, keys] = await changingUser(users)
  await makeDirectory(rig, longName)
  const groups = visitsInTurns()
  const refused = new Set<string>()
  const done = new Map<Action | undefined, TrailRecord[]>()
  for (const visits of groups) {
    const [{ lacks } = { lacks: undefined }] = visits
    await lose(rig, lacks)
    const called = await rig.callsOf(async () => {
      for (const [i, { page }] of visits.entries())
        await browse(rig, browser, page, `${nameOf(lacks ?? ':none')}${i}`.toLowerCase())
    })
    for (const record of called.filter(isRefused))
      refused.add(`${record.userAgent} ${record.eventName}`)
    for (const record of distinct(called)) {
      if (isRefused(record) || isRead(actionOf(record))) await compare(rig, keys, { lacks, record })
      else done.set(lacks, [...(done.get(lacks) ?? []), record])
    }
  }
  // What was done is called once more when no page is left that it could get in the way of.
  for (const [lacks, records] of done) {
    await lose(rig, lacks)
    for (const record of records) await compare(rig, keys, { lacks, record })
  }
  const wanted = groups
    .flat()
    .flatMap(({ page, lacks }) =>
      lacks === undefined || isNotReached(page, lacks) ? [] : [`${page.path} ${nameOf(lacks)}`],
    )
  assert.deepEqual(
    wanted.filter((one) => !refused.has(one)),
    [],
    'was never refused',
  )
})

const user = 'Changing.User'

/** A user without any right, with a console session and an access key. */
async function changingUser({ rig, ...users }: Users): Promise<readonly [Browser, Keys]> {
  await users.user(user)
  const browser = await users.signedIn(user)
  const made = await rig.iam('CreateAccessKey', { UserName: user })
  const part = (name: string) => new RegExp(`<${name}>(.*?)<`).exec(made)![1]!
  const keys = { AccessKeyId: part('AccessKeyId'), SecretAccessKey: part('SecretAccessKey') }
  return [browser, keys]
}

/** What depends on the question, and what is decided as an earlier step of the same form. */
function isNotReached({ kind }: Page, action: Action): boolean {
  return kind === 'ask' || action === 'iam:EnableSecurityKey'
}

function isRead(action: string): boolean {
  const reads = /^(Get|List|Simulate|Explain|Who|Lookup|Search|Evaluate|Replay|Decode)/
  return reads.test(nameOf(action))
}

/** An inline policy of all that pages call but one action. */
function policyWithout(lacks: Action | undefined) {
  const all = ['iam:*', 'gatehouse:*', 'sts:RevokeSessions', 'sts:Decode*']
  const allow = { Effect: 'Allow', Action: all, Resource: '*' }
  const deny = { Effect: 'Deny', Action: lacks && decidedAs(lacks), Resource: '*' }
  return { Version: '2012-10-17', Statement: lacks === undefined ? [allow] : [allow, deny] }
}

/** Some operations are decided by an action of another name. */
function decidedAs(action: Action): readonly string[] {
  const needs = consolePages.filter(({ calls }) => calls.includes(action)).map((page) => page.needs)
  const ofKeys = /SecurityKey/.test(action) ? ['iam:EnableMFADevice'] : []
  return [action, ...ofKeys, ...needs.flatMap((some) => some ?? [])]
}

async function lose(rig: Rig, lacks: Action | undefined): Promise<void> {
  const PolicyDocument = JSON.stringify(policyWithout(lacks))
  await rig.iam('PutUserPolicy', { UserName: user, PolicyName: 'Own', PolicyDocument })
}

/** Opens a page and sends its form; what it makes has a name of its own. */
async function browse(rig: Rig, browser: Browser, page: Page, own: string): Promise<void> {
  browser.agent = page.path
  const address = addressFor(rig, page, longName)
  let shown: Shown = await browser.get(address)
  if (page.kind === 'list') await browser.get(withQuery(address, { name: 'Z' }))
  if (!page.submit || page.kind === 'ask') return
  const { steps, answered } = fillingOf(page)
  for (const fields of steps) {
    if (shown.status !== 200) return
    const named = /Made\.By\.Form|\bFresh\b|by-form|typed by me|typed-by-me|TypedByMe/g
    const typed = JSON.parse(JSON.stringify(fields).replaceAll(named, own)) as Fields
    const key = answered?.(shown, rig)
    shown = await sendForm(browser, address, shown, { ...typed, ...key })
  }
}

/** Each call once, however many pages made it. */
function distinct(records: readonly TrailRecord[]): readonly TrailRecord[] {
  const key = (record: TrailRecord) =>
    JSON.stringify([actionOf(record), record.requestParameters, isRefused(record)])
  return [...new Map(records.map((record) => [key(record), record])).values()]
}

const actionOf = ({ eventSource, eventName }: TrailRecord) =>
  `${eventSource.split('.')[0]}:${eventName}` as Action
const isRefused = ({ errorCode }: TrailRecord) => errorCode === 'AccessDenied'

type Keys = Parameters<typeof iamCall>[1]

interface Compared {
  readonly lacks: Action | undefined
  readonly record: TrailRecord
}

async function compare(rig: Rig, keys: Keys, { lacks, record }: Compared): Promise<void> {
  const action = actionOf(record)
  const model = modelOf(action)
  const recorded = (recordedInput(model.input, record.requestParameters ?? {}) ?? {}) as object
  const answer = await call(rig, keys, { model, input: recorded })
  const onWire = /<Code>AccessDenied<|"(__type|Code|code)":"AccessDenied"/.test(answer)
  const what = `${record.userAgent} without ${lacks}: ${action}\n${answer.slice(0, 2000)}`
  assert.equal(onWire, isRefused(record), what)
}

interface Asked {
  readonly model: Model<unknown, unknown, never>
  readonly input: object
}

function call({ running }: Rig, keys: Keys, { model, input }: Asked): Promise<string> {
  const now = running.clock.now()
  const { origin } = running
  if (model.protocol === 'json') {
    const path = pathOf.get(model.name)
    assert.ok(path, model.name)
    return jsonCall(origin, keys, { path, input: { Version: model.version, ...input } }, now)
  }
  const fields = { ...flat(model.input, input), Action: model.name, Version: model.version }
  return (model.service === 'sts' ? signedCall : iamCall)(origin, keys, fields, now)
}

/** Where Gatehouse's own operations are called. */
const pathOf = new Map([...jsonPaths].map(([path, action]) => [nameOf(action), path]))

/** Values that the trail hides, as a caller would send them. */
const hidden: Readonly<Record<string, string>> = {
  Password: 'Long-enough-2027',
  AuthenticationCode1: '123456',
  AuthenticationCode2: '123457',
}

/** The members of an input in the Query protocol. */
function flat(shape: Shape, value: unknown, at = ''): Record<string, string> {
  if (shape.type === 'structure')
    return Object.assign(
      {},
      ...shape.members.map((member) => {
        const inner = (value as Readonly<Record<string, unknown>>)[member.name]
        const name = at === '' ? member.name : `${at}.${member.name}`
        return inner === undefined ? {} : flat(member.shape, inner, name)
      }),
    ) as Record<string, string>
  if (shape.type === 'list')
    return Object.assign(
      {},
      ...(value as readonly unknown[]).map((one, i) =>
        flat(shape.of!, one, `${at}.member.${i + 1}`),
      ),
    ) as Record<string, string>
  const text = String(value)
  return { [at]: text.startsWith('HIDDEN_') ? (hidden[at] ?? text) : text }
}
