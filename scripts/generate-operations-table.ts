/**
 * Writes docs/operations-table.md from the operation registry: every operation of the wire models
 * and whether Gatehouse answers it. test/aws/generated.test.ts fails when the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { analysisService } from '../src/aws/gatehouse/analysis/analysis-model.ts'
import { analysisOperations } from '../src/aws/gatehouse/analysis/operations.ts'
import type { AnalysisPorts } from '../src/aws/gatehouse/analysis/ports.ts'
import { gatehouseService } from '../src/aws/gatehouse/authorize-model.ts'
import { batchOperations } from '../src/aws/gatehouse/batch.ts'
import { batchService } from '../src/aws/gatehouse/batch-model.ts'
import { directoryService } from '../src/aws/gatehouse/directory/directory-model.ts'
import { explainService } from '../src/aws/gatehouse/explain/explain-model.ts'
import { connectorOperations } from '../src/aws/gatehouse/mapping/connectors.ts'
import { mappingOperations } from '../src/aws/gatehouse/mapping/evaluate-mapping.ts'
import { mappingService } from '../src/aws/gatehouse/mapping/mapping-model.ts'
import { personKeyOperations } from '../src/aws/gatehouse/mapping/person-keys.ts'
import { gatehouseOperations } from '../src/aws/gatehouse/operations.ts'
import { registrationService } from '../src/aws/gatehouse/registration-model.ts'
import { sessionService } from '../src/aws/gatehouse/sessions/session-model.ts'
import { iamOperations } from '../src/aws/iam/operations.ts'
import type { AnyOperation } from '../src/aws/operation.ts'
import { stsOperations } from '../src/aws/sts/operations.ts'
import { Ids } from '../src/kernel/ids.ts'
import { iamService } from '../src/reference/aws/iam.gen.ts'
import type { ServiceData } from '../src/reference/aws/service-data.ts'
import { stsService } from '../src/reference/aws/sts.gen.ts'

const path = join(import.meta.dirname, '../docs/operations-table.md')
const notCalled = () => {
  throw new Error('a table calls nothing')
}
const tokenIssuer = { issuer: notCalled, issue: notCalled, discovery: notCalled, keys: notCalled }

/** Operations of the models that are left out, and why. */
const leftOut: readonly { readonly names: readonly string[]; readonly why: string }[] = [
  {
    names: [
      'AcceptDelegationRequest',
      'AssociateDelegationRequest',
      'CreateDelegationRequest',
      'GetDelegatedAccessToken',
      'GetDelegationRequest',
      'GetHumanReadableSummary',
      'ListDelegationRequests',
      'RejectDelegationRequest',
      'SendDelegationToken',
      'UpdateDelegationRequest',
    ],
    why:
      'products of AWS partners ask an account for permissions with these, by an exchange ' +
      'between AWS and the partner; here nobody could begin one. Give a product a role that ' +
      'trusts it.',
  },
  {
    names: ['GenerateOrganizationsAccessReport', 'GetOrganizationsAccessReport'],
    why:
      'they tell of what stands in AWS Organizations, by its paths. ' +
      '`GenerateServiceLastAccessedDetails` tells the same of each account.',
  },
]

/** Throws for an operation that is neither answered nor left out for a reason. */
function leftOutText(rest: readonly string[]): string {
  const lines = leftOut.flatMap(({ names, why }) => {
    const here = names.filter((name) => rest.includes(name))
    return here.length === 0 ? [] : [`- ${here.join(', ')}: ${why}\n`]
  })
  const known = new Set(leftOut.flatMap(({ names }) => names))
  const unexplained = rest.filter((name) => !known.has(name))
  if (unexplained.length > 0)
    throw new Error(`neither answered nor left out for a reason: ${unexplained.join(', ')}`)
  return lines.length === 0 ? '' : `\nLeft out (\`InvalidAction\`):\n${lines.join('')}`
}

function row({ access, model }: AnyOperation): string {
  const errors = Object.entries(model.errors)
    .map(([code, status]) => `${code} ${status}`)
    .join(', ')
  const parameters = model.input.members
    .map(({ name, required }) => (required ? `**${name}**` : name))
    .join(', ')
  return `| ${model.name} | ${access} | ${parameters || '–'} | ${errors || '–'} |\n`
}

function section(
  title: string,
  known: readonly string[],
  operations: readonly AnyOperation[],
): string {
  const built = new Set(operations.map(({ model }) => model.name))
  const rest = known.filter((name) => !built.has(name)).sort()
  return `
## ${title}
| operation | call | parameters (**required**) | declared errors |
|---|---|---|---|
${operations.map(row).sort().join('')}${leftOutText(rest)}`
}

/** Returns every operation that Gatehouse answers. They can be described, but not called. */
export function registeredOperations(): {
  readonly sts: readonly AnyOperation[]
  readonly iam: readonly AnyOperation[]
  readonly gatehouse: readonly AnyOperation[]
  readonly batch: readonly AnyOperation[]
} {
  const mfa = { seal: notCalled, take: notCalled, takePair: notCalled }
  const issuer = {
    issueRole: notCalled,
    issueFederatedUser: notCalled,
    issueUserSession: notCalled,
    issueRootSession: notCalled,
  }
  const messages = { encode: notCalled, decode: notCalled }
  const mapping = {
    connectors: notCalled,
    mappings: notCalled,
    permitted: notCalled,
    compare: notCalled,
    stateOf: notCalled,
    recentOf: notCalled,
    findRecent: notCalled,
    failuresOf: notCalled,
    readIdentity: notCalled,
    readRules: notCalled,
  }
  return {
    batch: batchOperations({ iam: [], messages, ids: new Ids() }),
    sts: stsOperations({
      issuer,
      mfa,
      assumeWithPassword: notCalled,
      assumeWithSaml: notCalled,
      assumeWithWebIdentity: notCalled,
      tokenIssuer,
      messages,
      region: '',
      endUpstreamSessions: notCalled,
      audit: { record: notCalled },
      ids: new Ids(),
    }),
    iam: iamOperations({
      tokenIssuer,
      ids: new Ids(),
      keyUses: { find: notCalled },
      lastAccessed: { find: notCalled },
      ephemeral: { count: notCalled, put: notCalled, get: notCalled },
      ownServices: notCalled,
      passwords: { prove: notCalled },
      mfa,
      sealSecret: notCalled,
      userKeys: { proof: notCalled, touch: notCalled },
      keyTickets: { addressFor: notCalled, read: notCalled },
      touchCodes: { make: notCalled, take: notCalled },
      securityKeys: {
        usable: notCalled,
        passkeys: notCalled,
        registration: notCalled,
        newKey: notCalled,
        claim: notCalled,
        proof: notCalled,
        touched: notCalled,
      },
      resolvedHosts: new Set(),
      samlProviders: { readMetadata: notCalled, sealKey: notCalled },
    }),
    gatehouse: [
      ...connectorOperations(mapping),
      ...mappingOperations(mapping),
      ...aboutPeople(mapping),
      ...ownOperations(),
    ],
  }
}

function ownOperations() {
  return gatehouseOperations({
    authorize: notCalled,
    check: notCalled,
    feed: { changed: notCalled },
    services: { find: notCalled, all: notCalled },
    sessions: {
      openSessions: { list: notCalled, find: notCalled, end: notCalled },
      connectorsOf: notCalled,
    },
    whoCan: { parties: notCalled, rules: notCalled },
    roleGraph: { graphOf: notCalled },
    lookup: {
      index: { named: notCalled, search: notCalled, tree: notCalled },
      connectorsOf: notCalled,
    },
    registration: { isDeclared: notCalled, problemsOf: notCalled },
  })
}

function aboutPeople(mapping: Pick<AnalysisPorts, 'findRecent' | 'readRules'>) {
  const keysOfPeople = personKeyOperations({ connectors: notCalled, keeper: notCalled })
  const analyses = analysisOperations({
    ...mapping,
    operations: new Map(),
    reads: {} as never,
    index: { named: notCalled, search: notCalled },
    jobs: { start: notCalled, find: notCalled },
    judge: notCalled,
    rules: notCalled,
    lastAccessed: { find: notCalled },
    ownServices: notCalled,
  })
  return [...analyses, ...keysOfPeople]
}

export function operationsTable(): string {
  const { sts, iam, gatehouse, batch } = registeredOperations()
  const { version, operations } = gatehouseService
  const jsonSection = (title: string, { version: of, operations: known }: ServiceData) =>
    section(
      `${title}, version ${of}`,
      Object.keys(known),
      gatehouse.filter(({ model: { name } }) => Object.hasOwn(known, name)),
    )
  return (
    '# Operations\n\nMade by `scripts/generate-operations-table.ts` from the declarations. ' +
    'Besides the declared errors, any operation may answer a common one: ' +
    'see `src/kernel/aws-fault.ts`.\n' +
    section(`STS, version ${stsService.version}`, Object.keys(stsService.operations), sts) +
    section(`IAM, version ${iamService.version}`, Object.keys(iamService.operations), iam) +
    section(
      `Gatehouse (JSON, docs/services.md), version ${version}`,
      Object.keys(operations),
      gatehouse.filter(({ model }) => model.version === version),
    ) +
    jsonSection('Services by API (JSON, docs/services.md)', registrationService) +
    jsonSection('Explaining (JSON, docs/policy-tools.md)', explainService) +
    jsonSection('Directory (JSON, docs/console.md)', directoryService) +
    jsonSection('Connectors and mappings (JSON, docs/mapping.md)', mappingService) +
    jsonSection('Analyses of recorded calls (JSON, docs/policy-tools.md)', analysisService) +
    jsonSection('Sessions (JSON, docs/audit.md)', sessionService) +
    section(
      `Several at once (JSON, docs/as-code.md), version ${batchService.version}`,
      Object.keys(batchService.operations),
      batch,
    )
  )
}

/** Reads the table that is in the repository. */
export function writtenOperationsTable(): string {
  return readFileSync(path, 'utf8')
}

if (import.meta.main) writeFileSync(path, operationsTable())
