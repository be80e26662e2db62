import { setTimeout as pause } from 'node:timers/promises'
import { type Signer, signedFor } from '../bench/signed-requests.ts'
import { Browser } from '../http/browser.ts'
import { loginUrl } from '../journeys/broker.ts'
import type { Random } from '../kills/random.ts'
import { exchange, type Outcome } from './exchange.ts'
import type { ChaosNode } from './nodes.ts'
import { account, admin, broker, password, people, roleArn } from './settings.ts'
import type { Staleness } from './staleness.ts'
import type { Histories, UserAnswer, UserCall } from './users.ts'

/** What all clients share. */
export interface Chaos {
  readonly nodes: readonly ChaosNode[]
  readonly random: Random
  readonly histories: Histories
  /** After `staleMs` what one node has done counts at all others, but where it says otherwise. */
  readonly staleMs: number
  readonly staleness: Staleness
  /** How often short-lived state was lost: with it, browser sessions. */
  readonly forgotten: () => number
  /** Pauses between what one client does, in milliseconds. */
  readonly pauseMs: number
  /** Acknowledged writes whose record is to be in a trail, by the id of the request. */
  readonly due: Map<string, string>
  readonly figures: ChaosFigures
  /** Something that must not be. */
  readonly wrong: (what: string) => void
  readonly over: () => boolean
}

export interface ChaosFigures {
  writes: number
  reads: number
  lost: number
  signIns: number
  visits: number
  mints: number
  calls: number
  revocations: number
  refusedAfter: number
  oneTimeTokens: number
  redeemed: number
  /** Tokens that were redeemed, tried again and refused. */
  refusedReplays: number
}

/** Each repeats what it does until the time is over. */
export const clients: readonly ((chaos: Chaos, number: number) => Promise<void>)[] = [
  ...Array.from({ length: 3 }, () => administrate),
  ...Array.from({ length: people.length }, () => visit),
  ...Array.from({ length: 2 }, () => mintAndRevoke),
  redeem,
]

/** What a call came to, and how old what its node answered from may have been. */
interface Called {
  readonly outcome: Outcome
  readonly staleMs: number
  /** Whether its node's clock was off. */
  readonly isAstray: boolean
}

async function call(
  { nodes, random, figures, staleness }: Chaos,
  service: 'iam' | 'sts',
  signer: Signer,
  parameters: Readonly<Record<string, string>>,
): Promise<Called> {
  const node = random.of(nodes)
  const { port } = node
  const [staleBefore, wasAstray] = [staleness.of(node), node.isAstray]
  const outcome = await exchange(port, await signedFor(service, port, signer, parameters))
  if (outcome === 'lost') figures.lost++
  const staleMs = Math.max(staleBefore, staleness.of(node))
  const isAstray = wasAstray || node.isAstray
  // A node whose clock is far off takes no signature of now, so that nothing can have happened.
  const isRefused = isAstray && isOfAnotherTime(outcome)
  return { outcome: isRefused ? 'unsent' : outcome, staleMs, isAstray }
}

const isOfAnotherTime = (outcome: Outcome) =>
  typeof outcome === 'object' && /Signature (?:expired|not yet current)/.test(outcome.body)

const codeOf = (body: string) => /<Code>([^<]+)</.exec(body)?.[1]
const partOf = (body: string, element: string) =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(body)?.[1] ?? ''

const actions: Readonly<Record<UserCall['does'], string>> = {
  create: 'CreateUser',
  delete: 'DeleteUser',
  tag: 'TagUser',
  read: 'ListUserTags',
}

/** Changes and reads users, at one node and another. */
async function administrate(chaos: Chaos): Promise<void> {
  const { histories, random, figures, due, wrong } = chaos
  while (!chaos.over()) {
    const { history, call: asked } = histories.next(random)
    const parameters = {
      ...{ Action: actions[asked.does], UserName: history.name },
      ...(asked.does === 'tag' && { 'Tags.member.1.Key': 'v', 'Tags.member.1.Value': asked.value }),
    }
    const from = performance.now()
    const { outcome, staleMs } = await call(chaos, 'iam', admin, parameters)
    const until = performance.now()
    if (outcome === 'unsent') histories.add(history, undefined)
    else {
      const answer = outcome === 'lost' ? undefined : answerOf(asked, outcome.status, outcome.body)
      if (answer === 'odd') wrong(`${parameters.Action}: ${JSON.stringify(outcome)}`)
      else
        histories.add(history, {
          ...{ call: asked, answer, until },
          from: asked.does === 'read' ? from - staleMs : from,
        })
      if (answer === 'done' && outcome !== 'lost') {
        figures.writes++
        due.set(partOf(outcome.body, 'RequestId'), `${parameters.Action} of ${history.name}`)
      } else figures.reads++
    }
    await pause(outcome === 'unsent' ? 20 : chaos.pauseMs)
  }
}

function answerOf({ does }: UserCall, status: number, body: string): UserAnswer {
  if (status === 200 && does === 'read') return `=${partOf(body, 'Value')}`
  if (status === 200) return 'done'
  const code = codeOf(body)
  if (code === 'NoSuchEntity') return 'absent'
  return code === 'EntityAlreadyExists' ? 'exists' : 'odd'
}

/** Signs in now and then, and visits the portal at one node and another: always as this person. */
async function visit(chaos: Chaos, number: number): Promise<void> {
  const { nodes, random, figures, wrong } = chaos
  const person = people[number % people.length]!
  const others = people.filter((one) => one !== person)
  let [browser, forgotten]: [Browser | undefined, number] = [undefined, 0]
  while (!chaos.over()) {
    try {
      if (!browser || random.below(12) === 0) {
        forgotten = chaos.forgotten()
        browser = await signedIn(chaos, person.username)
      }
      if (!browser) {
        await pause(20)
        continue
      }
      const { origin } = random.of(nodes)
      const page = await browser.get(`${origin}/portal`)
      if (page.status === 200) {
        figures.visits++
        if (!page.text.includes(person.displayName)) wrong(`${person.username} is not named`)
        const crossed = others.find(({ displayName }) => page.text.includes(displayName))
        if (crossed) wrong(`${person.username} sees the portal of ${crossed.username}`)
      } else if (page.status < 500) {
        if (forgotten === chaos.forgotten())
          wrong(`the session of ${person.username} is gone: ${page.status} ${page.location}`)
        browser = undefined
      } else figures.lost++
    } catch (error) {
      // A node that is away: nothing was answered.
      if (!(error instanceof TypeError)) throw error
      await pause(20)
    }
    await pause(chaos.pauseMs * 4)
  }
}

/** Undefined where an answer was lost on the way. */
async function signedIn(
  { nodes, random, figures, wrong, forgotten }: Chaos,
  username: string,
): Promise<Browser | undefined> {
  const before = forgotten()
  const browser = new Browser(random.of(nodes).origin)
  const entered = await browser.signIn(username, password)
  if (entered.status >= 500) return undefined
  if (entered.location !== '/portal') {
    // The form's session is gone.
    if (before !== forgotten()) return undefined
    wrong(`${username} cannot sign in: ${entered.status}`)
  }
  figures.signIns++
  return browser
}

interface Session extends Signer {
  readonly sessionToken: string
  readonly arn: string
  /** Issued by a node whose clock was off, which others notice. */
  readonly isAstray: boolean
}

async function mint(chaos: Chaos, name: string): Promise<Session | undefined> {
  const { figures, wrong } = chaos
  const assume = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: name }
  const { outcome, isAstray } = await call(chaos, 'sts', broker, assume)
  if (outcome === 'unsent' || outcome === 'lost') return undefined
  const { status, body } = outcome
  if (status !== 200) wrong(`AssumeRole: ${body}`)
  figures.mints++
  return {
    accessKeyId: partOf(body, 'AccessKeyId'),
    secretAccessKey: partOf(body, 'SecretAccessKey'),
    sessionToken: partOf(body, 'SessionToken'),
    isAstray,
    arn: `arn:aws:sts::${account}:assumed-role/Engineer/${name}`,
  }
}

/** A session that was revoked, and when that was acknowledged. */
interface Revoked {
  readonly session: Session
  readonly at: number
}
/** So many are tried again and again. */
const mostRevoked = 40

/** Mints, calls with what was minted, revokes it, and calls again, then and later. */
async function mintAndRevoke(chaos: Chaos, number: number): Promise<void> {
  const { figures, wrong, staleMs, random } = chaos
  const all: Revoked[] = []
  for (let serial = 0; !chaos.over(); serial++) {
    const session = await mint(chaos, `m-${number}-${serial}`)
    if (!session) {
      await pause(20)
      continue
    }
    for (let times = 0; times < 4; times++) await identify(chaos, session)
    const revoke = { Action: 'RevokeSessions', Scope: 'session', Target: session.accessKeyId }
    const { outcome: revoked } = await call(chaos, 'sts', admin, revoke)
    if (revoked === 'unsent' || revoked === 'lost') continue
    if (revoked.status !== 200) wrong(`RevokeSessions: ${revoked.body}`)
    figures.revocations++
    all.push({ session, at: performance.now() })
    if (all.length > mostRevoked) all.shift()
    await pause(staleMs)
    for (let times = 0; times < 4; times++) await isRefused(chaos, all.at(-1)!)
    for (let times = 0; times < 2; times++) await isRefused(chaos, random.of(all))
    await pause(chaos.pauseMs)
  }
}

async function isRefused(chaos: Chaos, { session, at }: Revoked): Promise<void> {
  const { figures, wrong } = chaos
  const ageMs = performance.now() - at
  const asked = { Action: 'GetCallerIdentity' }
  const { outcome, staleMs } = await call(chaos, 'sts', session, asked)
  if (outcome === 'unsent' || outcome === 'lost') return
  if (outcome.status !== 200) figures.refusedAfter++
  else if (ageMs > staleMs)
    wrong(`${session.arn} works ${Math.round(ageMs)} ms after its revocation, not ${staleMs} ms`)
}

async function identify(chaos: Chaos, session: Session): Promise<void> {
  const { figures, wrong } = chaos
  const asked = { Action: 'GetCallerIdentity' }
  const { outcome, isAstray } = await call(chaos, 'sts', session, asked)
  if (outcome === 'unsent' || outcome === 'lost') return
  const isToCome = /issued in the future/.test(outcome.body)
  if (isToCome && (isAstray || session.isAstray)) return
  figures.calls++
  if (partOf(outcome.body, 'Arn') !== session.arn) wrong(`${session.arn}: ${outcome.body}`)
}

/** So many tokens that were redeemed are tried again and again. */
const mostSpent = 40

/** Takes sign-in tokens, and redeems each at all nodes at once: one alone may serve it. */
async function redeem(chaos: Chaos, number: number): Promise<void> {
  const { nodes, random, figures, wrong } = chaos
  const spent: string[] = []
  for (let serial = 0; !chaos.over(); serial++) {
    const session = await mint(chaos, `o-${number}-${serial}`)
    const token = session && (await tokenOf(random.of(nodes), session))
    if (token === undefined) {
      await pause(20)
      continue
    }
    figures.oneTimeTokens++
    const logins = nodes.map((node) => redeemAt(node, token))
    const served = (await Promise.all(logins)).filter((status) => status === 303).length
    figures.redeemed += served
    if (served > 1) wrong(`a sign-in token was served ${served} times`)
    if (served > 0 && spent.push(token) > mostSpent) spent.shift()
    if (spent.length > 0) {
      const status = await redeemAt(random.of(nodes), random.of(spent))
      if (status === 303) wrong('a sign-in token was served again, later')
      else if (status > 0) figures.refusedReplays++
    }
    await pause(chaos.pauseMs * 4)
  }
}

/** 0: nobody answered. */
const redeemAt = ({ origin }: ChaosNode, token: string): Promise<number> =>
  new Browser(origin).get(loginUrl(origin, token)).then(
    ({ status }) => status,
    () => 0,
  )

async function tokenOf({ origin }: ChaosNode, session: Session): Promise<string | undefined> {
  const Session = JSON.stringify({
    sessionId: session.accessKeyId,
    sessionKey: session.secretAccessKey,
    sessionToken: session.sessionToken,
  })
  try {
    const answer = await fetch(`${origin}/federation`, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'getSigninToken', Session }),
    })
    const text = await answer.text()
    return answer.ok ? (JSON.parse(text) as { SigninToken: string }).SigninToken : undefined
  } catch {
    return undefined
  }
}
