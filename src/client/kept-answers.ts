import { createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { Answer, Answered, AnsweredCaller, Asked } from '../authorization/asked.ts'
import {
  payloadHashes,
  type ReceivedRequest,
  readReceived,
} from '../authorization/received-request.ts'
import { readSignature, type Signature, verifyReceived } from '../credentials/sigv4.ts'
import { oldestOf } from '../kernel/oldest-of.ts'

interface KeptKey {
  readonly revision: string
  readonly key: KeyObject
  readonly caller: AnsweredCaller
  readonly rules: Parameters<typeof readReceived>[1] & Parameters<typeof payloadHashes>[2]
}
interface KeptAnswer {
  readonly revision: string
  readonly until: number
  readonly answer: Answer
}

export interface Kept {
  /** An answer that is not out of date, for a request whose signature is verified here. */
  find(asked: Asked, revision: string | undefined): Answered | undefined
  keep(asked: Asked, answered: Answered): void
  /** Drops what another revision made. */
  dropOthers(revision: string | undefined): void
}

const mostKept = 10_000

/**
 * Answers and signing keys, in memory only. Kept is the answer, never the proof: the signature of
 * each request is verified with the key of its day.
 */
export function createKept(now: () => Date = () => new Date()): Kept {
  const keys = new Map<string, KeptKey>()
  const answers = new Map<string, KeptAnswer>()

  return {
    find(asked, revision) {
      const [question] = asked.Questions
      if (revision === undefined || asked.Once || !question || asked.Questions.length > 1)
        return undefined
      const { Request: request } = asked
      const proof = request && proofOf(request)
      const key = proof && keys.get(proof.id)
      if (!request || !proof || key?.revision !== revision) return undefined
      const found = answers.get(answerId(proof.id, asked))
      if (found?.revision !== revision || found.until <= now().getTime()) return undefined
      const payloadHash = verified(request, proof.signature, key, now())
      if (payloadHash === undefined) return undefined
      const { signedHeaders, region } = proof.signature
      return {
        Decision: `kept:${revision}`,
        Revision: revision,
        Caller: {
          ...key.caller,
          Region: region,
          SignedHeaders: signedHeaders,
          PayloadHash: payloadHash,
        },
        Answers: [{ ...found.answer, Id: question.Id }],
      }
    },
    keep(asked, { Key, Caller, Revision: revision, Answers: [answer] }) {
      const proof = Key && Caller && asked.Request && proofOf(asked.Request)
      if (!proof || !answer || asked.Questions.length > 1) return
      makeRoom(keys)
      const { SigningKey, Hosts: hosts, SignedHeaders: signedHeaders, Payload: payload } = Key
      keys.set(proof.id, {
        revision,
        key: createSecretKey(Buffer.from(SigningKey, 'base64')),
        caller: Caller,
        rules: { hosts, signedHeaders, payload },
      })
      if (answer.MaxAgeSeconds === 0) return
      makeRoom(answers)
      const until = now().getTime() + answer.MaxAgeSeconds * 1000
      answers.set(answerId(proof.id, asked), { revision, until, answer })
    },
    dropOthers(revision) {
      for (const kept of [keys, answers])
        for (const [id, one] of kept) if (one.revision !== revision) kept.delete(id)
    },
  }
}

/** The id of a key: whose, of which token, for which day and region. */
function proofOf(
  request: ReceivedRequest,
): { readonly id: string; readonly signature: Signature } | undefined {
  try {
    const signature = readSignature(signedForm(request))
    if (!signature || signature.presigned || signature.sessionToken === undefined) return undefined
    const { accessKeyId, scope, sessionToken } = signature
    return { id: `${accessKeyId} ${scope} ${hash('sha256', sessionToken)}`, signature }
  } catch {
    // Gatehouse says what is wrong.
    return undefined
  }
}

function verified(
  request: ReceivedRequest,
  signature: Signature,
  { key, rules }: KeptKey,
  now: Date,
): string | undefined {
  try {
    return verifyReceived(
      signature,
      readReceived(request, rules),
      { keyFor: () => key },
      { now, presignedForSeconds: 0, payloadHashes: payloadHashes(request, signature, rules) },
    )
  } catch {
    return undefined
  }
}

function signedForm({ Method, Path, Query, Headers }: ReceivedRequest) {
  const rawHeaders = Headers.flat()
  return { method: Method, rawPath: Path, rawQuery: Query, rawHeaders, body: Buffer.alloc(0) }
}

function answerId(proof: string, { From, Questions }: Asked): string {
  const [question] = Questions
  return hash('sha256', JSON.stringify([proof, From, { ...question, Id: '' }]))
}

function makeRoom(kept: Map<string, unknown>): void {
  if (kept.size >= mostKept) for (const one of oldestOf(kept)) kept.delete(one)
}
