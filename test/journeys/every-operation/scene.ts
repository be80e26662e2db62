import {
  assertionXml,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
} from '../../connectors/saml/identity-provider.ts'
import { startOidc } from '../../peers/oidc.ts'
import { openRunning, type RunningHere } from '../running.ts'
import type { Known } from './play.ts'

export const region = 'eu-central-1'
const account = '111122223333'
/** One that `account` manages, and from which a partner calls. */
const member = '444455556666'
const secret = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const keyOf = (AccessKeyId: string) => ({ AccessKeyId, SecretAccessKey: secret })
const scene = {
  account,
  member,
  idpEntity,
  audience: 'urn:gatehouse',
  issuerHost: 'idp.corp.test',
  admin: keyOf('AKIAADMINADMINADMIN2'),
  partner: keyOf('AKIAPARTNERPARTNER22'),
}

const settings = `
accounts:
  "${account}":
    users:
      admin:
        accessKeys: [{ accessKeyId: ${scene.admin.AccessKeyId}, secretAccessKey: ${secret} }]
        policies: { All: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "*",
          Resource: "*" }] } }
    roles:
      Fixed: { trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: {
        AWS: "${account}" }, Action: "sts:AssumeRole" }] } }
  "${member}":
    rootManagedBy: "${account}"
    users:
      partner:
        accessKeys: [{ accessKeyId: ${scene.partner.AccessKeyId}, secretAccessKey: ${secret} }]
        policies: { Assume: { Version: "2012-10-17", Statement: [{ Effect: Allow,
          Action: "sts:AssumeRole", Resource: "*" }] } }
`

export interface Scene extends AsyncDisposable {
  readonly running: RunningHere
  /** What the story may name from its start. */
  readonly known: Known & { readonly admin: typeof scene.admin }
}

/**
 * A fresh house with one administrator, a role that the settings own, a partner's account, and two
 * identity providers that it does not know yet.
 */
export async function openScene(): Promise<Scene> {
  await using undo = new AsyncDisposableStack()
  const idp = undo.use(await startOidc(scene.issuerHost, ['builder']))
  const running = undo.use(await openRunning(`${idp.resolveOnly}\n${settings}`))
  const known = {
    ...scene,
    issuer: idp.issuer,
    thumbprint: idp.thumbprint,
    idToken: async () => {
      // It lives ten minutes of the machine's time, and must not be of the house's future.
      catchUp(running.clock)
      return idp.token('builder', scene.audience)
    },
    ...samlOf(running),
    origin: running.origin,
  }
  const owned = undo.move()
  return { running, known, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Moves the house's clock, which stands still between steps, to the machine's. */
export function catchUp(clock: RunningHere['clock']): void {
  clock.pass(Math.max(0, Math.ceil((Date.now() - clock.now().getTime()) / 1000)))
}

/** Metadata of an identity provider, and the one assertion that it makes for AWS when asked. */
function samlOf({ origin, clock }: RunningHere) {
  const key = makeKey(clock.now())
  const metadata =
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ' +
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ' +
    `entityID="${idpEntity}"><md:IDPSSODescriptor ` +
    'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor>' +
    '<ds:KeyInfo>' +
    `<ds:X509Data><ds:X509Certificate>${key.certificate}</ds:X509Certificate></ds:X509Data>` +
    '</ds:KeyInfo></md:KeyDescriptor>' +
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ' +
    'Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
  const recipient = `${origin}/saml`
  const told = {
    audience: 'urn:amazon:webservices',
    recipient,
    destination: recipient,
    attributes: {
      'https://aws.amazon.com/SAML/Attributes/Role': [
        `arn:aws:iam::${account}:role/Person,arn:aws:iam::${account}:saml-provider/corp`,
      ],
      'https://aws.amazon.com/SAML/Attributes/RoleSessionName': ['alice@corp'],
      'https://aws.amazon.com/SAML/Attributes/SourceIdentity': ['alice'],
      'https://aws.amazon.com/SAML/Attributes/PrincipalTag:project': ['hydra'],
    },
  }
  let made: string | undefined
  const assertion = () => {
    // One text for every step: the story replays it.
    made ??= responseXml(clock.now(), signedPart(assertionXml(clock.now(), told), key), told)
    return Buffer.from(made).toString('base64')
  }
  return { metadata, assertion }
}
