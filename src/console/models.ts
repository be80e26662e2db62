import { analysisService } from '../aws/gatehouse/analysis/analysis-model.ts'
import { directoryService } from '../aws/gatehouse/directory/directory-model.ts'
import { explainService } from '../aws/gatehouse/explain/explain-model.ts'
import { mappingService } from '../aws/gatehouse/mapping/mapping-model.ts'
import { sessionService } from '../aws/gatehouse/sessions/session-model.ts'
import { securityKeyService } from '../aws/iam/mfa-devices/security-key-model.ts'
import { linkModel } from '../aws/model.ts'
import { revocationService } from '../aws/sts/revocation-model.ts'
import type { ServiceData } from '../reference/aws/service-data.ts'
import { stsService } from '../reference/aws/sts.gen.ts'
import type { Action } from './call.ts'

const services: Readonly<Record<string, readonly ServiceData[]>> = {
  iam: [securityKeyService],
  sts: [revocationService, stsService],
  gatehouse: [explainService, mappingService, directoryService, analysisService, sessionService],
}

/** The model of an operation that pages call. Throws when the house has no such operation. */
export function modelOf(action: Action) {
  const [service = '', name = ''] = action.split(':')
  const data = services[service]?.find(({ operations }) => Object.hasOwn(operations, name))
  if (!data) throw new Error(`there is no operation \`${action}\``)
  return linkModel<unknown, unknown, never>(data, name)
}
