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
  type CallerAccess,
  everyService,
  grantedServices,
  type LastAccess,
  type OwnService,
  type Service,
} from './accessed-services.ts'
import { byLastCall, createGatherings, type Gathered } from './gathering.ts'
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

interface ReportPorts extends LastAccessedPorts {
  readonly gather: ReturnType<typeof createGatherings>
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
function getDetails(ports: ReportPorts) {
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
      const found = await ports.gather(input.JobId, callersOf(subject, call, reads))
      const JobType = job.granularity
      if (!('last' in found)) return { ...inProgress(job), JobType, ServicesLastAccessed: [] }
      return {
        ...completed(job),
        JobType,
        ServicesLastAccessed: items.map((service) => serviceShape(service, found, job)),
        IsTruncated: marker !== undefined,
        Marker: marker,
      }
    },
  })
}

/** Who of a group or policy called a service, the last one first; then those who never did. */
function getWithEntities(ports: ReportPorts) {
  return operation(iamModel('GetServiceLastAccessedDetailsWithEntities'), {
    authorize: () => ({ resource: '*' }),

    async handle(input, call, _found, reads) {
      const { JobId, ServiceNamespace: namespace } = input
      const job = await existingJob(JobId, call, ports)
      const subject = await subjectOf(job, call, reads)
      const services = await everyService(await ports.ownServices())
      if (!services.some((service) => service.namespace === namespace))
        throw call.fault('InvalidInput', `There is no service with the namespace ${namespace}.`)
      const found = await ports.gather(JobId, callersOf(subject, call, reads))
      if (!('last' in found)) return { ...inProgress(job), EntityDetailsList: [] }
      const { items, marker } = pageOfList(
        byLastCall(found, namespace),
        ({ caller, last }) => `${newestFirst(last?.at)}/${caller.record.id}`,
        input,
        call,
      )
      return {
        ...completed(job),
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

function completed({ createdAt }: Job) {
  const at = new Date(createdAt)
  return { JobStatus: 'COMPLETED' as const, JobCreationDate: at, JobCompletionDate: at }
}

/** There are too many callers to be read while somebody waits. */
function inProgress(job: Job) {
  return { ...completed(job), JobStatus: 'IN_PROGRESS' as const, IsTruncated: false }
}

function serviceShape(
  { namespace, title, tracked }: Service,
  found: Gathered,
  { granularity }: Job,
): ServiceLastAccessed {
  const last = found.last(namespace)
  return {
    ServiceName: title,
    LastAuthenticated: last?.at,
    ServiceNamespace: namespace,
    LastAuthenticatedEntity: last?.caller.arn,
    LastAuthenticatedRegion: last?.region,
    TotalAuthenticatedEntities: found.count(namespace),
    TrackedActionsLastAccessed:
      granularity === 'ACTION_LEVEL' && tracked.length > 0
        ? tracked.map((action) => actionShape(namespace, action, found))
        : undefined,
  }
}

function actionShape(
  namespace: string,
  action: string,
  found: Gathered,
): TrackedActionLastAccessed {
  const last = found.last(namespace, action)
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
}: CallerAccess & { readonly last: LastAccess | undefined }): EntityDetails {
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
  const reports = { ...ports, gather: createGatherings(ports.lastAccessed) }
  return [generate(ports), getDetails(reports), getWithEntities(reports)]
}
