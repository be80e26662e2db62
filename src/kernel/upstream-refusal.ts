import { AwsFault, type AwsFaultCode } from './aws-fault.ts'
import type { SignInCode } from './sign-in-fault.ts'

/**
 * The STS behind an account gave no credentials. The caller reads `message` with its reference, a
 * person the page of `signIn` with the same one; `detail` is for the operator.
 */
export class UpstreamRefusal extends AwsFault {
  readonly signIn: SignInCode
  readonly reference: string
  readonly detail: string

  constructor(
    code: AwsFaultCode,
    message: string,
    { signIn, reference, detail }: Pick<UpstreamRefusal, 'signIn' | 'reference' | 'detail'>,
  ) {
    super(code, `${message} Reference ${reference}`)
    this.name = 'UpstreamRefusal'
    this.signIn = signIn
    this.reference = reference
    this.detail = detail
  }
}
