import type { AwsFault } from '../../kernel/aws-fault.ts'
import { escapeXml } from './encode.ts'

/** For responses to calls of an unknown service. */
export const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

interface FaultParts {
  readonly type: 'Sender' | 'Receiver'
  readonly code: string
  readonly message: string
}

/** The content of a refusal in any format. A status from 500 on is a fault of the server. */
export function faultParts({ code, status, message, sealed }: AwsFault): FaultParts {
  return {
    type: status >= 500 ? 'Receiver' : 'Sender',
    code,
    message: sealed === undefined ? message : `${message}. ${sealed}`,
  }
}

/** The body of a refused call. */
export function encodeFault(fault: AwsFault, requestId: string, namespace = stsNamespace): string {
  const { type, code, message } = faultParts(fault)
  return (
    `<ErrorResponse xmlns="${namespace}">` +
    `<Error><Type>${type}</Type><Code>${code}</Code>` +
    `<Message>${escapeXml(message)}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>\n`
  )
}
