import { foldName } from '../../connectors/fold-name.ts'
import { rootArn } from '../../kernel/arn.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { goOn, type Inner, stepped, tell } from './go-on.ts'
import { checkRoot } from './prove-user.ts'
import type { UserStep } from './steps.ts'
import type { Next, RootInput } from './user-ports.ts'

/**
 * The first step of an account's root, whose name and password are in the settings. A name that
 * nobody has, an account that is closed and a wrong password are one refusal.
 */
export function byRootPassword(inner: Inner, input: RootInput): Promise<Next> {
  const told = tell(inner, input)
  return stepped(inner, told, async () => {
    told.user = { asked: 'Root' }
    const folded = foldName(input.name)
    const root = inner.roots().find(({ name }) => foldName(name) === folded)
    const account = root && (await inner.reads.find('account', root.account, 'account'))
    if (account) {
      const arn = rootArn(account.partition, account.account)
      told.user = { account: account.account, known: { type: 'Root', arn } }
    }
    const checked = await checkRoot(inner, account?.account, input)
    if (!checked.right || !account)
      throw new SignInFault(
        'credentials-rejected',
        account ? 'the password of the root is wrong' : 'no root of an account has the name',
      )
    const step: UserStep = {
      account: account.account,
      partition: account.partition,
      passwordSetAt: checked.profile.changedAt,
      beganAt: inner.clock.now().toISOString(),
      next: input.next,
      refused: 0,
    }
    told.user = { ...told.user, proved: true }
    return goOn(inner, step, input)
  })
}
