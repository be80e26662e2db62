/**
 * Writes docs/operations-table.md: every operation of the wire models and whether this house answers it, from the
 * registry itself. test/aws/generated.test.ts fails when it is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { iamOperations } from '../src/aws/iam/operations.ts'
import type { AnyOperation } from '../src/aws/operation.ts'
import { stsOperations } from '../src/aws/sts/operations.ts'
import { iamService } from '../src/reference/aws/iam.gen.ts'
import type { Reads } from '../src/store/store.ts'
import { Ids } from '../src/kernel/ids.ts'
import { stsService } from '../src/reference/aws/sts.gen.ts'

const path = join(import.meta.dirname, '../docs/operations-table.md')
const notCalled = () => { throw new Error('a table calls nothing') }
const outbound = { issuer: notCalled, issue: notCalled, discovery: notCalled, keys: notCalled }

function row({ access, model }: AnyOperation): string {
  const errors = Object.entries(model.errors).map(([code, status]) => `${code} ${status}`).join(', ')
  const parameters = model.input.members.map(({ name, required }) => (required ? `**${name}**` : name)).join(', ')
  return `| ${model.name} | ${access} | ${parameters || '–'} | ${errors || '–'} |\n`
}

function section(title: string, known: readonly string[], operations: readonly AnyOperation[]): string {
  const built = new Set(operations.map(({ model }) => model.name))
  const rest = known.filter((name) => !built.has(name)).sort()
  return `
## ${title}
| operation | call | parameters (**required**) | declared errors |
|---|---|---|---|
${operations.map(row).sort().join('')}
Not answered yet (\`InvalidAction\`): ${rest.join(', ')}.
`
}

/** Every operation that the house answers. They can be asked what they are, not called. */
export function registeredOperations(): { readonly sts: readonly AnyOperation[]; readonly iam: readonly AnyOperation[] } {
  const mfa = { seal: notCalled, take: notCalled, takePair: notCalled }
  const issuer = { issueRole: notCalled, issueFederatedUser: notCalled, issueUserSession: notCalled, issueRootSession: notCalled }
  return {
    sts: stsOperations({
      issuer, mfa, passwordAssume: notCalled, samlAssume: notCalled, proveToken: notCalled, store: { reads: {} as Reads }, revocations: { endsProof: notCalled }, outbound,
      messages: { decode: notCalled }, region: '',
    }),
    iam: iamOperations({ outbound, ids: new Ids(), keyUses: { find: notCalled }, mfa, sealSecret: notCalled, samlProviders: { readMetadata: notCalled, sealKey: notCalled } }),
  }
}

/** The whole text of the table. */
export function operationsTable(): string {
  const { sts, iam } = registeredOperations()
  return '# Operations\n\nMade by `scripts/generate-operations-table.ts` from the declarations. Besides the declared errors, any operation may '
    + 'answer a common one: see `src/kernel/aws-fault.ts`.\n'
    + section(`STS, version ${stsService.version}`, Object.keys(stsService.operations), sts)
    + section(`IAM, version ${iamService.version}`, Object.keys(iamService.operations), iam)
}

/** The table as it stands in the repository. */
export function writtenOperationsTable(): string {
  return readFileSync(path, 'utf8')
}

if (import.meta.main) writeFileSync(path, operationsTable())
