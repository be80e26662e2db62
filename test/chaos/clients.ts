import { setTimeout as pause } from 'node:timers/promises'
import { type Signer, signedFor } from '../bench/signed-requests.ts'
import { Browser } from '../http/browser.ts'
import { loginUrl } from '../journeys/broker.ts'
import type { Random } from '../kills/random.ts'
import { exchange, type Outcome } from './exchange.ts'
import type { ChaosNode } from './nodes.ts'
import { account, admin, broker, password, people, roleArn } from './settings.ts'
import type { Histories, UserAnswer, UserCall } from './users.ts'

/** What all clients share. */
export interface Chaos {
  readonly nodes: readonly ChaosNode[]
  readonly random: Random
  readonly histories: Histories
  /** After this time what one node has done counts at all others. */
  readonly staleMs: number
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
}

/** Each repeats what it does until the time is over. */
export const clients: readonly ((chaos: Chaos, number: number) => Promise<void>)[] = [
  ...Array.from({ length: 3 }, () => administrate),
  ...Array.from({ length: people.length }, () => visit),
  ...Array.from({ length: 2 }, () => mintAndRevoke),
  redeem,
]

async function call(
  { nodes, random, figures }: Chaos,
  service: 'iam' | 'sts',
  signer: Signer,
  parameters: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const { port } = random.of(nodes)
  const outcome = await exchange(port, await signedFor(service, port, signer, parameters))
  if (outcome === 'lost') figures.lost++
  return outcome
}

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
    const outcome = await call(chaos, 'iam', admin, parameters)
    const until = performance.now()
    if (outcome === 'unsent') histories.add(history, undefined)
    else {
      const answer = outcome === 'lost' ? undefined : answerOf(asked, outcome.status, outcome.body)
      if (answer === 'odd') wrong(`${parameters.Action}: ${JSON.stringify(outcome)}`)
      else histories.add(history, { call: asked, answer, from, until })
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
  let browser: Browser | undefined
  while (!chaos.over()) {
    try {
      if (!browser || random.below(12) === 0) browser = await signedIn(chaos, person.username)
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
  { nodes, random, figures, wrong }: Chaos,
  username: string,
): Promise<Browser | undefined> {
  const browser = new Browser(random.of(nodes).origin)
  const entered = await browser.signIn(username, password)
  if (entered.status >= 500) return undefined
  if (entered.location !== '/portal') wrong(`${username} cannot sign in: ${entered.status}`)
  figures.signIns++
  return browser
}

interface Session extends Signer {
  readonly sessionToken: string
  readonly arn: string
}

async function mint(chaos: Chaos, name: string): Promise<Session | undefined> {
  const { figures, wrong } = chaos
  const assume = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: name }
  const outcome = await call(chaos, 'sts', broker, assume)
  if (outcome === 'unsent' || outcome === 'lost') return undefined
  const { status, body } = outcome
  if (status !== 200) wrong(`AssumeRole: ${body}`)
  figures.mints++
  return {
    accessKeyId: partOf(body, 'AccessKeyId'),
    secretAccessKey: partOf(body, 'SecretAccessKey'),
    sessionToken: partOf(body, 'SessionToken'),
    arn: `arn:aws:sts::${account}:assumed-role/Engineer/${name}`,
  }
}

/** Mints, calls with what was minted, revokes it, and calls again. */
async function mintAndRevoke(chaos: Chaos, number: number): Promise<void> {
  const { figures, wrong, staleMs } = chaos
  for (let serial = 0; !chaos.over(); serial++) {
    const session = await mint(chaos, `m-${number}-${serial}`)
    if (!session) {
      await pause(20)
      continue
    }
    for (let times = 0; times < 4; times++) await identify(chaos, session)
    const revoke = { Action: 'RevokeSessions', Scope: 'session', Target: session.accessKeyId }
    const revoked = await call(chaos, 'sts', admin, revoke)
    if (revoked === 'unsent' || revoked === 'lost') continue
    if (revoked.status !== 200) wrong(`RevokeSessions: ${revoked.body}`)
    figures.revocations++
    await pause(staleMs)
    for (let times = 0; times < 4; times++) {
      const outcome = await call(chaos, 'sts', session, { Action: 'GetCallerIdentity' })
      if (outcome === 'unsent' || outcome === 'lost') continue
      if (outcome.status === 200) wrong(`${session.arn} works ${staleMs} ms after its revocation`)
      figures.refusedAfter++
    }
    await pause(chaos.pauseMs)
  }
}

async function identify(chaos: Chaos, session: Session): Promise<void> {
  const { figures, wrong } = chaos
  const outcome = await call(chaos, 'sts', session, { Action: 'GetCallerIdentity' })
  if (outcome === 'unsent' || outcome === 'lost') return
  figures.calls++
  if (partOf(outcome.body, 'Arn') !== session.arn) wrong(`${session.arn}: ${outcome.body}`)
}

/** Takes sign-in tokens, and redeems each at all nodes at once: one alone may serve it. */
async function redeem(chaos: Chaos, number: number): Promise<void> {
  const { nodes, random, figures, wrong } = chaos
  for (let serial = 0; !chaos.over(); serial++) {
    const session = await mint(chaos, `o-${number}-${serial}`)
    const token = session && (await tokenOf(random.of(nodes), session))
    if (token === undefined) {
      await pause(20)
      continue
    }
    figures.oneTimeTokens++
    const logins = nodes.map(({ origin }) =>
      new Browser(origin).get(loginUrl(origin, token)).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    const served = (await Promise.all(logins)).filter((status) => status === 303).length
    figures.redeemed += served
    if (served > 1) wrong(`a sign-in token was served ${served} times`)
    await pause(chaos.pauseMs * 4)
  }
}

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
