import type { Operations as IamOperations } from '../../../src/reference/aws/iam-shapes.gen.ts'
import type { Operations as StsOperations } from '../../../src/reference/aws/sts-shapes.gen.ts'

export type Service = 'iam' | 'sts'

/**
 * What an answer must hold: the members that are named, and of a list each member in its order. A
 * pattern is for texts and numbers; policy documents are told as what their JSON says, however a
 * client hands them over.
 */
export type Expected =
  | undefined
  | string
  | number
  | boolean
  | RegExp
  | readonly Expected[]
  | { readonly [member: string]: Expected }

export interface Expectation {
  /**
   * The keys that sign: a name of the scene, or one that an earlier step kept. Absent: the
   * account's administrator.
   */
  readonly as?: string
  readonly answers?: Expected
  /** Names for parts of the answer, for later steps: name → path. */
  readonly keeps?: Readonly<Record<string, string>>
  /** The code and what the message says; its first group may be kept for later steps. */
  readonly refused?: readonly [code: string, says?: RegExp, keeps?: string]
  /**
   * The client follows the markers by itself, with pages of this size; the answer is all of them.
   */
  readonly pageSize?: number
  /**
   * Which of a new MFA device's two pictures of its seed the AWS CLI writes to a file; it tells the
   * other to nobody.
   */
  readonly bootstrap?: 'Base32StringSeed' | 'QRCodePNG'
}

/**
 * One call. `<name>` or `<name.member>` in any text stands for what an earlier step kept;
 * `<code+1>` for the one-time code, one step ahead, of a kept `seed`.
 */
export interface Step extends Expectation {
  readonly service: Service
  readonly operation: string
  readonly input: unknown
}

export function iam<N extends keyof IamOperations & string>(
  operation: N,
  input: IamOperations[N]['in'],
  expectation: Expectation = {},
): Step {
  return { service: 'iam', operation, input, ...expectation }
}

export function sts<N extends keyof StsOperations & string>(
  operation: N,
  input: StsOperations[N]['in'],
  expectation: Expectation = {},
): Step {
  return { service: 'sts', operation, input, ...expectation }
}

type Statement = Readonly<Record<string, unknown>>

const policy = (...Statement: readonly Statement[]) => ({
  Version: '2012-10-17',
  Statement: [...Statement],
})
export const document = (...statements: readonly Statement[]) =>
  JSON.stringify(policy(...statements))
/** What a document allows, as answers are compared with. */
export const allowed = (...Action: readonly string[]) =>
  policy({ Effect: 'Allow', Action, Resource: '*' }) as Expected
export const allow = (...actions: readonly string[]) => JSON.stringify(allowed(...actions))

/** A trust policy for the account's own principals. */
export function trustOwn(more: Statement = {}): string {
  return document({
    Effect: 'Allow',
    Principal: { AWS: '<account>' },
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    ...more,
  })
}

export const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
