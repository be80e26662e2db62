import type { AwsFault } from '../../kernel/aws-fault.ts'
import { escapeXml } from './encode.ts'

/** The body of a refused call. Statuses from 500 on are our mistake, and say so. */
export function encodeFault(fault: AwsFault, namespace: string, requestId: string): string {
  const type = fault.status >= 500 ? 'Receiver' : 'Sender'
  return `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(fault.code)}</Code>`
    + `<Message>${escapeXml(fault.sealed === undefined ? fault.message : `${fault.message}. ${fault.sealed}`)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>\n`
}
