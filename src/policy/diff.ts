import type { ActionReference } from './access-level.ts'
import { statementCovers } from './cover-statement.ts'
import { comparesPrincipalArn, decide, type Layers } from './decide.ts'
import { candidateQuestions } from './diff-candidates.ts'
import { Policy } from './policy.ts'
import type { PolicyKind, Question, Reason } from './question.ts'
import type { OneOf, Statement } from './statement.ts'

/** What policies allow that earlier ones did not. */
export type PolicyDiff =
  /** Certain: whatever is asked, and whatever else there is, the new ones open nothing that the old ones did not. */
  | { readonly outcome: 'nothing-new' }
  /** Certain: the new ones allow `witness` and the old ones do not. */
  | { readonly outcome: 'new-access'; readonly witness: Question; readonly because: readonly Reason[] }
  /** Neither could be shown. `unproved`: new Allows that are not part of old ones, old Denies that are gone. */
  | { readonly outcome: 'unknown'; readonly unproved: readonly Reason[] }

export interface DiffOptions {
  /** Gives wildcards of actions real names in witnesses. */
  readonly reference?: ActionReference
  /** How many questions are tried as witnesses. */
  readonly most?: number
}

/**
 * Compares policies of one kind that unite. "Nothing new" holds whatever other policies and layers there are: it is shown
 * statement by statement, every old Deny part of new ones, every new Allow part of old ones or denied by the new policies
 * themselves. New access is shown by a question that `decide` answers differently when nothing else restricts. What is neither
 * is unknown. Pure.
 */
export function diff(
  kind: PolicyKind,
  before: readonly Policy[],
  after: readonly Policy[],
  { reference, most = 20_000 }: DiffOptions = {},
): PolicyDiff {
  const unproved = unprovedStatements(statementsOf(before), statementsOf(after))
  if (unproved.length === 0) return { outcome: 'nothing-new' }
  const [old, fresh] = [layersOf(kind, before), layersOf(kind, after)]
  for (const question of candidateQuestions(kind, statementsOf(before), statementsOf(after), reference, most)) {
    const decision = decide(question, fresh)
    if (decision.effect === 'allow' && decide(question, old).effect !== 'allow')
      return { outcome: 'new-access', witness: question, because: decision.because }
  }
  return { outcome: 'unknown', unproved: unproved.map(({ reason }) => reason) }
}

function statementsOf(policies: readonly Policy[]): readonly Statement[] {
  return policies.flatMap(({ statements }) => statements)
}

/** New Allows that are not part of old ones, and old Denies that are not part of new ones. */
function unprovedStatements(before: readonly Statement[], after: readonly Statement[]): readonly Statement[] {
  const denies = after.filter(({ effect }) => effect === 'Deny')
  const allows = before.filter(({ effect }) => effect === 'Allow')
  const lifted = before.filter((old) => old.effect === 'Deny' && !atomsOf(old).every((atom) => denies.some((deny) => statementCovers(deny, atom))))
  const widened = after.filter(
    (allow) =>
      allow.effect === 'Allow' &&
      !atomsOf(allow).every(
        (atom) =>
          allows.some((old) => statementCovers(old, atom) && comparesArn(old) === comparesArn(atom)) ||
          denies.some((deny) => statementCovers(reaching(deny, atom), atom)),
      ),
  )
  return [...widened, ...lifted]
}

/** Everybody, narrowed by ARN, is named as directly as a session: what else has to allow depends on it. */
function comparesArn(statement: Statement): boolean {
  return statement.principals !== undefined && comparesPrincipalArn(statement)
}

/** A Deny for everybody reaches whom the Allow names. */
function reaching(deny: Statement, { principals }: Statement): Statement {
  const everybody = deny.principals !== undefined && !deny.principals.not && deny.principals.values.some(({ kind }) => kind === '*')
  return everybody && principals ? { ...deny, principals } : deny
}

/** A statement for each pair of an action and a resource: parts may be found in different statements. */
function atomsOf(statement: Statement): readonly Statement[] {
  return single(statement.actions).flatMap((actions) =>
    (statement.resources ? single(statement.resources) : [undefined]).map((resources) => ({
      ...statement,
      actions,
      ...(resources && { resources }),
    })),
  )
}
function single<T>({ not, values }: OneOf<T>): readonly OneOf<T>[] {
  return not ? [{ not, values }] : values.map((value) => ({ not, values: [value] }))
}

const everything = Policy.parse('identity', 'everything', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')

/** The layers of which the policies are one, and nothing else restricts. */
export function layersOf(kind: PolicyKind, policies: readonly Policy[]): Layers {
  const identity = everything.ok ? [everything.policy] : []
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
