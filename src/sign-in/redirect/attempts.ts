import { hash } from 'node:crypto'
import type { KeyRing } from '../../credentials/key-ring.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import { type OneTime, oneTime } from '../one-time.ts'
import { keyOf } from '../sign-in-token.ts'

/** A browser on its way to an identity provider, as its attempt id says. */
export interface Attempt {
  readonly id: string
  readonly connector: string
  /** A hash of the browser's cookie: no other browser can finish the attempt. */
  readonly browser: string
  readonly beganAt: Date
}

/** What the browser keeps of an attempt, sealed. */
export interface Kept {
  /** A page of ours to continue with. */
  readonly next: string
  /** What the connector needs for checking the answer. */
  readonly memo?: string | undefined
}

/** A browser whose answer was accepted, on its way to a request that brings its cookies. */
export interface Ticket {
  /** As `identityText` writes it. */
  readonly identity: string
  /** Absent for an unsolicited answer, for which no browser is known. */
  readonly attempt?: Pick<Attempt, 'id' | 'browser'> | undefined
  /** Where an unsolicited answer leads. */
  readonly next?: string | undefined
}

/** People may need to fetch a second factor. */
export const attemptSeconds = 1800
export const ticketSeconds = 120

/** A browser is given no more than this for one attempt, so that its requests stay small. */
const mostCharacters = 512

export interface AttemptPorts {
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'claim'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

/**
 * Attempts are kept by the browser that began and by the message that it carries, not on the
 * server: what strangers begin costs no storage. Only an attempt that was finished leaves a mark.
 */
export interface Attempts {
  /** Returns an attempt id, which says for whom it is and when it began, sealed. */
  begin(connector: string, browser: string): string
  /** The attempt of an id that we made, until it ends or was finished. */
  pending(id: string): Promise<Attempt | undefined>
  /** True for the first call. */
  finish(attempt: Attempt): Promise<boolean>
  /** Seals what the browser keeps. Leaves out a page whose address is too long. */
  keep(id: string, kept: Kept): string
  /** What a browser kept of this attempt, and its sealed text among `texts`. */
  kept(texts: readonly string[], id: string): (Kept & { readonly text: string }) | undefined
  readonly tickets: OneTime<Ticket>
}

export function attemptsIn({ ring, ephemeral, clock, ids }: AttemptPorts): Attempts {
  const finished = (id: string) => keyOf(`finished ${id}`)
  return {
    begin(connector, browser) {
      const began = Buffer.alloc(beganBytes)
      began.writeUIntBE(clock.now().getTime(), 0, beganBytes)
      const facts = [began, Buffer.from(browserMark(browser), 'base64url'), Buffer.from(connector)]
      return ownMark + ring.seal('sign-in-attempt', Buffer.concat(facts))
    },
    async pending(id) {
      const attempt = isOwnMessage(id) ? opened(ring, id) : undefined
      if (!attempt || attempt.beganAt.getTime() + attemptSeconds * 1000 <= clock.now().getTime())
        return undefined
      const done = (await ephemeral.get('attempt', finished(id))) !== undefined
      return done ? undefined : attempt
    },
    finish({ id, beganAt }) {
      const endsAt = new Date(beganAt.getTime() + attemptSeconds * 1000)
      return ephemeral.claim('attempt', finished(id), endsAt, beganAt)
    },
    keep(id, { next, memo }) {
      if (memo !== undefined && memo.length > mostCharacters)
        throw new RangeError(`a connector's memo has at most ${mostCharacters} characters`)
      const short = next.length > mostCharacters ? undefined : next
      const text = JSON.stringify([keyOf(id), short, memo])
      return ring.seal('sign-in-memo', Buffer.from(text))
    },
    kept(texts, id) {
      for (const text of texts) {
        const plain = ring.unseal('sign-in-memo', text)
        const [of, next, memo] = plain ? JSON.parse(plain.toString()) : []
        if (of === keyOf(id)) return { next: next ?? '/portal', memo: memo ?? undefined, text }
      }
      return undefined
    },
    tickets: oneTime({ ephemeral, clock, ids }, 'ticket', ticketSeconds),
  }
}

const beganBytes = 6
const markBytes = 16

/** A hash of a browser's cookie, as attempts have it. */
export function browserMark(cookie: string): string {
  return hash('sha256', cookie, 'buffer').subarray(0, markBytes).toString('base64url')
}

function opened(ring: Pick<KeyRing, 'unseal'>, id: string): Attempt | undefined {
  const facts = ring.unseal('sign-in-attempt', id.slice(ownMark.length))
  return (
    facts && {
      id,
      beganAt: new Date(facts.readUIntBE(0, beganBytes)),
      browser: facts.subarray(beganBytes, beganBytes + markBytes).toString('base64url'),
      connector: facts.subarray(beganBytes + markBytes).toString(),
    }
  )
}

const ownMark = '_gatehouse.'

/**
 * Returns an id for one message to a provider that begins no sign-in: 24 random bytes, after a
 * prefix that is valid in an XML ID and distinguishes our ids from those of other programs.
 */
export function messageId(ids: Pick<Ids, 'opaque'>): string {
  return ownMark + ids.opaque(24)
}

/** Whether we made this id: an answer to it belongs to a browser. */
export function isOwnMessage(id: string | undefined): boolean {
  return id?.startsWith(ownMark) === true
}
