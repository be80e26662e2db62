import type { Services } from '../../authorization/declared-service.ts'
import { parseArn } from '../../kernel/arn.ts'
import type { AwsFaultCode } from '../../kernel/aws-fault.ts'
import { everyAccount } from '../../sessions/revocation-names.ts'
import { linkTo } from '../../store/links.ts'
import type { RoleRecord, ServiceRecord } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'
import { findNamed, namedTarget } from '../iam/entity.ts'
import { type AnyOperation, type Call, operation, type Target } from '../operation.ts'
import {
  CreateService,
  DeleteService,
  GetService,
  ListServices,
  type NamedService,
  type ServiceSummary,
  UpdateService,
  type WrittenService,
} from './registration-model.ts'
import { serviceArn } from './service-arn.ts'

export interface RegistrationPorts {
  readonly services: Pick<Services, 'find'>
  /** Whether the settings in force have the prefix. */
  readonly isDeclared: (prefix: string) => boolean
  /** What is wrong with a document of the account; empty: nothing. */
  readonly problemsOf: (prefix: string, document: string, account: string) => readonly string[]
}

const defaultMaxItems = 100

/** The operations by which an account registers services of its own. */
export function registrationOperations(ports: RegistrationPorts): readonly AnyOperation[] {
  return [
    createService(ports),
    updateService(ports),
    deleteService,
    getService(ports),
    listServices(ports),
  ]
}

const authorize = ({ Prefix }: NamedService, { caller }: Pick<Call<never>, 'caller'>) => ({
  resource: serviceArn(caller, Prefix),
})

/**
 * Whoever lets a service prove itself without a signature gives it the role of its `proofs`, so the
 * caller has to be allowed to pass it (IAM user guide, "Grant a user permissions to pass a role to
 * an AWS service"). `iam:PassedToService` is the prefix, `iam:AssociatedResourceArn` the service on
 * whose behalf the role is used (service authorization reference, "iam:AssociatedResourceArn").
 */
function authorizeWritten(
  input: WrittenService,
  call: Pick<Call<never>, 'caller' | 'account'>,
  role: RoleRecord | undefined,
): readonly Target[] {
  const name = roleOfProofs(input, call)
  const service = authorize(input, call)
  if (name === undefined) return [service]
  const passed = namedTarget('role', call, name, role)
  const conditions = {
    ...passed.conditions,
    'iam:PassedToService': input.Prefix,
    'iam:AssociatedResourceArn': service.resource,
  }
  return [service, { ...passed, action: 'iam:PassRole', conditions }]
}

/** The role of the own account that the document's `proofs` name; others are refused later. */
function roleOfProofs(
  { Document }: WrittenService,
  { account }: Pick<Call<never>, 'account'>,
): string | undefined {
  const document = readDocument(Document) as { proofs?: { role?: unknown } | null } | null
  const { proofs } = document ?? {}
  const arn = typeof proofs?.role === 'string' ? parseArn(proofs.role) : undefined
  const [, name] = /^role\/(?:.*\/)?([^/]+)$/.exec(arn?.resource ?? '') ?? []
  return arn?.account === account ? name : undefined
}

function readDocument(document: string): unknown {
  try {
    return JSON.parse(document)
  } catch {
    return undefined
  }
}

async function roleGiven(
  input: WrittenService,
  call: Pick<Call<never>, 'caller' | 'account' | 'fault'>,
  reads: Reads,
): Promise<RoleRecord | undefined> {
  const name = roleOfProofs(input, call)
  return name === undefined ? undefined : findNamed(reads, 'role', call, name)
}

function createService(ports: RegistrationPorts) {
  return operation(CreateService, {
    writes: true,
    locate: roleGiven,
    authorize: authorizeWritten,
    async handle(input, call, _role, writes) {
      checkDocument(input, call, ports)
      const { account, now, caller, fault, quotas } = call
      const { Prefix: prefix, Document: document } = input
      const at = now.toISOString()
      const record: ServiceRecord = {
        ...{ account, prefix, document, createdAt: at, changedAt: at, managedBy: 'api' },
        changedBy: caller.principal.arn,
      }
      const held = await writes.countLinked('service', everyAccount, linkTo.account(account))
      if (held >= quotas.services)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for ServicesPerAccount: ${quotas.services}`,
        )
      const taken = ports.isDeclared(prefix)
      if (taken || !(await writes.insert('service', everyAccount, prefix, record)))
        throw fault('EntityAlreadyExists', `The prefix ${prefix} is taken by another service.`)
      return { Service: summary(record, call, true) }
    },
  })
}

function updateService(ports: RegistrationPorts) {
  return operation(UpdateService, {
    writes: true,
    locate: async (input, call, reads) => ({
      record: await ownRecord(input, call, reads),
      role: await roleGiven(input, call, reads),
    }),
    authorize: (input, call, { role }) => authorizeWritten(input, call, role),
    async handle(input, call, found, writes) {
      const old = existing(found.record, input, call)
      checkDocument(input, call, ports)
      const record: ServiceRecord = {
        ...old,
        document: input.Document,
        changedAt: call.now.toISOString(),
        changedBy: call.caller.principal.arn,
      }
      await writes.update('service', everyAccount, input.Prefix, record)
      return { Service: summary(record, call, !ports.isDeclared(input.Prefix)) }
    },
  })
}

const deleteService = operation(DeleteService, {
  writes: true,
  locate: ownRecord,
  authorize,
  async handle(input, call, found, writes) {
    existing(found, input, call)
    await writes.remove('service', everyAccount, input.Prefix)
    return {}
  },
})

function getService(ports: RegistrationPorts) {
  return operation(GetService, {
    locate: ownRecord,
    authorize,
    async handle(input, call, found) {
      const record = existing(found, input, call)
      const Service = summary(record, call, await inForce(record, ports))
      return { Service, Document: record.document }
    },
  })
}

function listServices(ports: RegistrationPorts) {
  return operation(ListServices, {
    authorize: () => ({ resource: '*' }),
    async handle({ Marker: after, MaxItems: limit = defaultMaxItems }, call, _found, reads) {
      const of = linkTo.account(call.account)
      const page = { after, limit: limit + 1 }
      const records = await reads.linked('service', everyAccount, of, page)
      const shown = records.slice(0, limit)
      const Services = await Promise.all(
        shown.map(async ({ record }) => summary(record, call, await inForce(record, ports))),
      )
      const more = records.length > shown.length
      return { Services, Marker: more ? shown.at(-1)!.key : undefined }
    },
  })
}

/** The record of the caller's own account; one of another account is none. */
async function ownRecord(
  { Prefix }: NamedService,
  { account }: Pick<Call<AwsFaultCode>, 'account'>,
  reads: Reads,
): Promise<ServiceRecord | undefined> {
  const found = await reads.find('service', everyAccount, Prefix)
  return found?.account === account ? found : undefined
}

function existing(
  found: ServiceRecord | undefined,
  { Prefix }: NamedService,
  { fault }: Pick<Call<'NoSuchEntity'>, 'fault'>,
): ServiceRecord {
  if (found) return found
  throw fault('NoSuchEntity', `This account has registered no service ${Prefix}.`)
}

function checkDocument(
  { Prefix, Document }: WrittenService,
  { account, fault }: Pick<Call<never>, 'account' | 'fault'>,
  { problemsOf }: RegistrationPorts,
): void {
  const problems = problemsOf(Prefix, Document, account)
  if (problems.length > 0) throw fault('ValidationError', `${problems.join('; ')}.`)
}

async function inForce(
  { prefix }: ServiceRecord,
  { services, isDeclared }: RegistrationPorts,
): Promise<boolean> {
  return !isDeclared(prefix) && (await services.find(prefix)) !== undefined
}

function summary(
  { prefix, createdAt, changedAt, changedBy }: ServiceRecord,
  { caller }: Pick<Call<never>, 'caller'>,
  InForce: boolean,
): ServiceSummary {
  return {
    Prefix: prefix,
    Arn: serviceArn(caller, prefix),
    InForce,
    CreatedAt: createdAt,
    ChangedAt: changedAt,
    ChangedBy: changedBy,
  }
}
