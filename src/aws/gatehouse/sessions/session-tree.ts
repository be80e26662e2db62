import { operation } from '../../operation.ts'
import { fromIndex, type LookupPorts } from '../explain/lookup-events.ts'
import { GetSessionTree } from './session-model.ts'

/**
 * Finds everything that came from one sign-in, as far as the caller's account may see it: its own
 * events, and sign-ins by connectors that serve it.
 */
export function getSessionTree({ index, connectorsOf }: LookupPorts) {
  return operation(GetSessionTree, {
    authorize: () => ({ resource: '*' }),
    async handle({ Token: token, SignIn: signIn, AccessKey: key }, { account, fault }) {
      if ([token, signIn, key].filter((one) => one !== undefined).length !== 1)
        throw fault('InvalidInput', 'Give one of Token, SignIn and AccessKey.')
      const owners = [account, ...connectorsOf(account)]
      const { tree, behind } = await fromIndex(index.tree({ owners, token, signIn, key }))
      if (!tree) throw fault('NoSuchEntity', 'The audit log has no such sign-in.')
      return { Tree: tree, Behind: behind }
    },
  })
}
