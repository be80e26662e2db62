import type { ActionReference } from './access-level.ts'
import { statementCovers } from './cover-statement.ts'
import { decide, type Layers } from './decide.ts'
import { candidateQuestions } from './diff-candidates.ts'
import { Policy } from './policy.ts'
import type { PolicyKind, Question, Reason } from './question.ts'
import type { OneOf, Statement } from './statement.ts'

/** What policies allow that earlier ones did not. */
export type PolicyDiff =
  /**
   * Certain: the new policies allow nothing that the old ones did not, for any request and with any
   * other layers.
   */
  | { readonly outcome: 'nothing-new' }
  /** Certain: the new policies allow `witness` and the old ones do not. */
  | {
      readonly outcome: 'new-access'
      readonly witness: Question
      readonly because: readonly Reason[]
    }
  /**
   * Neither could be proved. `unproved`: new Allows that no old one covers, and old Denies that are
   * missing.
   */
  | { readonly outcome: 'unknown'; readonly unproved: readonly Reason[] }

export interface DiffOptions {
  /** The actions that stand for wildcards in witnesses. */
  readonly reference?: ActionReference | undefined
  /** How many questions are tried as witnesses. */
  readonly most?: number | undefined
}

/**
 * Compares policies of one kind that unite. "Nothing new" holds whatever other policies and layers
 * there are: it is proved statement by statement. Every old Deny must be covered by new ones, and
 * every new Allow by old ones, or denied by the new policies themselves. "New access" is proved by
 * a question that `decide` answers differently while nothing else restricts. Everything else is
 * unknown. Pure.
 */
export function diff(
  kind: PolicyKind,
  before: readonly Policy[],
  after: readonly Policy[],
  { reference, most = 20_000 }: DiffOptions = {},
): PolicyDiff {
  const unproved = unprovedStatements(statementsOf(before), statementsOf(after))
  if (unproved.length === 0) return { outcome: 'nothing-new' }
  const [old, fresh] = [surroundingsOf(kind, before), surroundingsOf(kind, after)]
  const statements = { before: statementsOf(before), after: statementsOf(after) }
  for (const question of candidateQuestions({ kind, ...statements, reference, most })) {
    for (const [i, layers] of fresh.entries()) {
      const { effect, because } = decide(question, layers)
      if (effect === 'allow' && decide(question, old[i]!).effect !== 'allow')
        return {
          outcome: 'new-access',
          witness: question,
          because: because.filter(({ policy }) => policy !== everything),
        }
    }
  }
  return { outcome: 'unknown', unproved: unproved.map(({ reason }) => reason) }
}

function statementsOf(policies: readonly Policy[]): readonly Statement[] {
  return policies.flatMap(({ statements }) => statements)
}

/** New Allows that no old one covers, and old Denies that no new one covers. */
function unprovedStatements(
  before: readonly Statement[],
  after: readonly Statement[],
): readonly Statement[] {
  const denies = after.filter(({ effect }) => effect === 'Deny')
  const allows = before.filter(({ effect }) => effect === 'Allow')
  const lifted = before.filter(
    (old) =>
      old.effect === 'Deny' &&
      !atomsOf(old).every((atom) => denies.some((deny) => statementCovers(deny, atom))),
  )
  const widened = after.filter(
    (allow) =>
      allow.effect === 'Allow' &&
      !atomsOf(allow).every(
        (atom) =>
          allows.some((old) => statementCovers(old, atom)) ||
          denies.some((deny) => statementCovers(reaching(deny, atom), atom)),
      ),
  )
  return [...widened, ...lifted]
}

/** A Deny for everybody includes the principals of the Allow. */
function reaching(deny: Statement, { principals }: Statement): Statement {
  const everybody =
    deny.principals !== undefined &&
    !deny.principals.not &&
    deny.principals.values.some(({ kind }) => kind === '*')
  return everybody && principals ? { ...deny, principals } : deny
}

/**
 * One statement for each pair of action and resource, because different statements may cover the
 * parts.
 */
function atomsOf(statement: Statement): readonly Statement[] {
  return single(statement.actions).flatMap((actions) =>
    (statement.resources ? single(statement.resources) : [undefined]).map((resources) => ({
      ...statement,
      actions,
      resources,
    })),
  )
}
function single<T>({ not, values }: OneOf<T>): readonly OneOf<T>[] {
  return not ? [{ not, values }] : values.map((value) => ({ not, values: [value] }))
}

/**
 * The surroundings in which two versions are compared. A policy that names principals is tried
 * alone, and beside an identity policy that allows everything: other accounts, and principals to
 * whom it only delegates, need one.
 */
function surroundingsOf(kind: PolicyKind, policies: readonly Policy[]): readonly Layers[] {
  const alone = layersOf(kind, policies)
  if (kind !== 'resource' && kind !== 'trust') return [alone]
  return [alone, { ...alone, identity: layersOf('boundary', []).identity }]
}

const everything = 'everything'
const allowingAll = Policy.parse(
  'identity',
  everything,
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
)

/** Layers with these policies in their place, and no other restriction. */
export function layersOf(kind: PolicyKind, policies: readonly Policy[]): Layers {
  const identity = allowingAll.ok ? [allowingAll.policy] : []
  switch (kind) {
    case 'identity':
      return { identity: policies }
    case 'boundary':
      return { identity, boundary: policies }
    case 'session':
      return { identity, session: [policies] }
    case 'service-control':
      return { identity, serviceControl: [policies] }
    case 'resource-control':
      return { identity, resourceControl: [policies] }
    case 'resource':
      return { identity: [], resource: policies }
    case 'trust':
      return { identity: [], trust: policies }
  }
}
