import type {
  EntityDetails,
  ServiceLastAccessed,
  TrackedActionLastAccessed,
} from '../../../reference/aws/iam-shapes.gen.ts'
import type { LastAccessed } from '../../../sessions/last-accessed.ts'
import type { Reads } from '../../../store/store.ts'
import { type AnyOperation, type Call, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import {
  accessesOf,
  type CallerAccess,
  everyService,
  grantedServices,
  lastOf,
  latest,
  type OwnService,
  type Service,
} from './accessed-services.ts'
import { existingJob, type Job, type JobPorts, keepJob } from './job.ts'
import {
  callersOf,
  existingSubject,
  locateSubject,
  policiesOf,
  type Subject,
  subjectTarget,
} from './subject.ts'

export interface LastAccessedPorts extends JobPorts {
  readonly lastAccessed: Pick<LastAccessed, 'find'>
  /** The company's own services in force. */
  readonly ownServices: () => Promise<readonly OwnService[]>
}

type ReportCall = Call<'InvalidInput' | 'NoSuchEntity'>

function generate(ports: LastAccessedPorts) {
  return operation(iamModel('GenerateServiceLastAccessedDetails'), {
    locate: ({ Arn }, call, reads) => locateSubject(Arn, call, reads),
    authorize: ({ Arn }, call, found) => subjectTarget(Arn, call, found),

    async handle({ Arn: arn, Granularity: granularity = 'SERVICE_LEVEL' }, call, found) {
      existingSubject(arn, call, found)
      const job = { arn, granularity, createdAt: call.now.toISOString() }
      return { JobId: await keepJob(job, call, ports) }
    },
  })
}

/** The services that the policies allow, in order of their prefixes, with who called last. */
function getDetails(ports: LastAccessedPorts) {
  return operation(iamModel('GetServiceLastAccessedDetails'), {
    authorize: () => ({ resource: '*' }),

    async handle(input, call, _found, reads) {
      const job = await existingJob(input.JobId, call, ports)
      const subject = await subjectOf(job, call, reads)
      const services = grantedServices(
        await everyService(await ports.ownServices()),
        await policiesOf(subject, reads),
      )
      const { items, marker } = pageOfList(services, ({ namespace }) => namespace, input, call)
      const callers = await accessesOf(await callersOf(subject, call, reads), ports.lastAccessed)
      return {
        JobStatus: 'COMPLETED' as const,
        JobType: job.granularity,
        JobCreationDate: new Date(job.createdAt),
        JobCompletionDate: new Date(job.createdAt),
        ServicesLastAccessed: items.map((service) => serviceShape(service, callers, job)),
        IsTruncated: marker !== undefined,
        Marker: marker,
      }
    },
  })
}

/** Who of a group or policy called a service, the last one first; then those who never did. */
function getWithEntities(ports: LastAccessedPorts) {
  return operation(iamModel('GetServiceLastAccessedDetailsWithEntities'), {
    authorize: () => ({ resource: '*' }),

    async handle(input, call, _found, reads) {
      const { JobId, ServiceNamespace: namespace } = input
      const job = await existingJob(JobId, call, ports)
      const subject = await subjectOf(job, call, reads)
      const services = await everyService(await ports.ownServices())
      if (!services.some((service) => service.namespace === namespace))
        throw call.fault('InvalidInput', `There is no service with the namespace ${namespace}.`)
      const callers = await accessesOf(await callersOf(subject, call, reads), ports.lastAccessed)
      const { items, marker } = pageOfList(
        callers.map((one) => ({ ...one, last: lastOf(one, namespace) })),
        ({ caller, last }) => `${newestFirst(last?.at)}/${caller.record.id}`,
        input,
        call,
      )
      return {
        JobStatus: 'COMPLETED' as const,
        JobCreationDate: new Date(job.createdAt),
        JobCompletionDate: new Date(job.createdAt),
        EntityDetailsList: items.map(entityShape),
        IsTruncated: marker !== undefined,
        Marker: marker,
      }
    },
  })
}

/** Throws NoSuchEntity when the subject has been deleted since. */
async function subjectOf({ arn }: Job, call: ReportCall, reads: Reads): Promise<Subject> {
  return existingSubject(arn, call, await locateSubject(arn, call, reads))
}

function serviceShape(
  { namespace, title, tracked }: Service,
  callers: readonly CallerAccess[],
  { granularity }: Job,
): ServiceLastAccessed {
  const each = callers.flatMap((one) => lastOf(one, namespace) ?? [])
  const last = latest(each)
  return {
    ServiceName: title,
    LastAuthenticated: last?.at,
    ServiceNamespace: namespace,
    LastAuthenticatedEntity: last?.caller.arn,
    LastAuthenticatedRegion: last?.region,
    TotalAuthenticatedEntities: each.length,
    TrackedActionsLastAccessed:
      granularity === 'ACTION_LEVEL' && tracked.length > 0
        ? tracked.map((action) => actionShape(namespace, action, callers))
        : undefined,
  }
}

function actionShape(
  namespace: string,
  action: string,
  callers: readonly CallerAccess[],
): TrackedActionLastAccessed {
  const last = latest(callers.flatMap((one) => lastOf(one, namespace, action) ?? []))
  return {
    ActionName: action,
    LastAccessedEntity: last?.caller.arn,
    LastAccessedTime: last?.at,
    LastAccessedRegion: last?.region,
  }
}

function entityShape({
  caller: { kind, record, arn },
  last,
}: CallerAccess & { readonly last: ReturnType<typeof lastOf> }): EntityDetails {
  return {
    EntityInfo: {
      Arn: arn,
      Name: record.name,
      Type: kind === 'user' ? 'USER' : 'ROLE',
      Id: record.id,
      Path: record.path,
    },
    LastAuthenticated: last?.at,
  }
}

function newestFirst(at: Date | undefined): string {
  return String(9_999_999_999_999 - (at?.getTime() ?? 0)).padStart(13, '0')
}

/** What users, groups, roles and policies need of what they are allowed. */
export function lastAccessedOperations(ports: LastAccessedPorts): readonly AnyOperation[] {
  return [generate(ports), getDetails(ports), getWithEntities(ports)]
}
