import { itemsOf, membersOf, Problems, stringOf } from './grammar.ts'
import { parseJson, shown } from './json.ts'
import type { PolicyKind, Problem } from './question.ts'
import { documentCharacters, mostCharacters } from './quotas.ts'
import { readStatement } from './read-statement.ts'
import type { Statement } from './statement.ts'

const versions = ['2012-10-17', '2008-10-17']
/**
 * In these kinds white space counts towards the quota, and Version must be the newer one (AWS
 * Organizations user guide, "SCP syntax", "RCP syntax").
 */
const ofOrganizations: ReadonlySet<PolicyKind> = new Set(['service-control', 'resource-control'])

/** A parsed policy document. Only `parsePolicy` makes one. */
export class Policy {
  readonly id: string
  readonly kind: PolicyKind
  /** In the order of the document. */
  readonly statements: readonly Statement[]

  private constructor(id: string, kind: PolicyKind, statements: readonly Statement[]) {
    this.id = id
    this.kind = kind
    this.statements = statements
  }

  /** Texts of its AWS principals. */
  awsPrincipals(): readonly string[] {
    return this.statements.flatMap(({ principals }) =>
      (principals?.values ?? []).flatMap(({ kind, text }) => (kind === 'AWS' ? [text] : [])),
    )
  }

  /**
   * The same policy, whose principals in `ids`, by text, are those with these unique ids. For trust
   * policies, which have no NotPrincipal: that compares ARNs.
   */
  meaning(ids: Readonly<Record<string, string>>): Policy {
    const statements = this.statements.map((statement): Statement => {
      const { principals } = statement
      if (!principals) return statement
      const values = principals.values.map((pattern) =>
        pattern.kind === 'AWS' && Object.hasOwn(ids, pattern.text)
          ? { ...pattern, id: ids[pattern.text] }
          : pattern,
      )
      return { ...statement, principals: { ...principals, values } }
    })
    return new Policy(this.id, this.kind, statements)
  }

  /**
   * Parses a JSON policy document (IAM user guide, "Grammar of the IAM JSON policy language").
   * Never throws. `id` names the policy in reasons. Every problem has its line, column and element.
   * `anySize` is for documents that are judged and not kept.
   */
  static parse(kind: PolicyKind, id: string, text: string, anySize = false): ParsedPolicy {
    const json = parseJson(text)
    if (!json.ok) return json
    const problems = new Problems(text)
    const members = membersOf(json.value, '', ['Version', 'Id', 'Statement'], problems)
    const start = { at: json.value.at, path: '' }
    if (!anySize) reportSize(kind, text, problems)
    const version = members?.get('Version')
    const named = version && stringOf(version.value, 'Version', problems)
    if (named && !versions.includes(named.text))
      problems.report(
        named,
        'unknown-version',
        `${versions.join(' or ')} is expected, \`${shown(named.text)}\` found`,
      )
    else if (ofOrganizations.has(kind) && members && named?.text !== '2012-10-17') {
      problems.report(
        named ?? start,
        'version-of-organizations',
        `the Version of a ${kind} policy is 2012-10-17`,
      )
    }
    const about = members?.get('Id')
    if (about) stringOf(about.value, 'Id', problems)
    const body = members?.get('Statement')
    if (members && !body) problems.report(start, 'no-statement', 'the policy has no Statement')
    const items = body ? itemsOf(body.value, 'Statement') : []
    if (body && items.length === 0)
      problems.report(
        { at: body.value.at, path: 'Statement' },
        'empty-statement',
        'at least one statement is expected',
      )
    const variables = named?.text === '2012-10-17'
    const statements = items.flatMap(
      (item, index) =>
        readStatement({ ...item, index, policy: id, kind, variables }, problems) ?? [],
    )
    reportTwins(items, problems)
    if (problems.found.length > 0) return { ok: false, problems: problems.found }
    return { ok: true, policy: new Policy(id, kind, statements) }
  }
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly Problem[] }

function reportSize(kind: PolicyKind, text: string, problems: Problems): void {
  const spaces = ofOrganizations.has(kind)
  const size = spaces ? text.length : documentCharacters(text)
  if (size <= mostCharacters[kind]) return
  const what = spaces ? 'characters' : 'characters without white space'
  problems.report(
    { at: 0, path: '' },
    'policy-too-large',
    `a policy of this kind has at most ${mostCharacters[kind]} ${what}; this has ${size}`,
  )
}

/** Includes statements with other problems, so that all problems are reported at once. */
function reportTwins(items: ReturnType<typeof itemsOf>, problems: Problems): void {
  const seen = new Set<string>()
  for (const { json, path } of items) {
    const sid =
      json.type === 'object' ? json.members.find(({ name }) => name === 'Sid')?.value : undefined
    if (sid?.type !== 'string' || sid.text === '') continue
    if (seen.has(sid.text))
      problems.report(
        { at: json.at, path: `${path}.Sid` },
        'duplicate-sid',
        `two statements have the Sid \`${shown(sid.text)}\``,
      )
    seen.add(sid.text)
  }
}
