import type { AuthorizationMessages } from '../authorization-message.ts'
import { operation } from '../operation.ts'
import { stsModel } from './sts-model.ts'

/**
 * Returns why a request of this account was denied. A message of another account is refused like an
 * altered one.
 */
export function decodeAuthorizationMessage({
  messages,
}: {
  readonly messages: Pick<AuthorizationMessages, 'decode'>
}) {
  return operation(stsModel('DecodeAuthorizationMessage'), {
    authorize: () => ({ resource: '*' }),
    handle({ EncodedMessage }, { account, fault }) {
      const found = messages.decode(EncodedMessage.trim())
      if (found?.account !== account)
        throw fault('InvalidAuthorizationMessageException', 'Message is not valid')
      return { DecodedMessage: found.document }
    },
  })
}
