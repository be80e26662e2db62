import { longestResponse } from '../../../credentials/webauthn.ts'
import { iamService } from '../../../reference/aws/iam.gen.ts'
import type { ServiceData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'

const errors = { NoSuchEntity: 404, LimitExceeded: 409 } as const

/**
 * IAM with what AWS's console does by calls that it keeps to itself: registering a security key.
 * Both steps are decided as `iam:EnableMFADevice`.
 */
export const securityKeyService: ServiceData = {
  ...iamService,
  shapes: {
    ...iamService.shapes,
    securityKeyNameType: { type: 'string', min: 1, max: 64, pattern: '[\\w+=,.@-]+' },
    // Long, and of use for minutes: the audit trail leaves them out.
    webAuthnOptionsType: { type: 'string', sensitive: true },
    webAuthnResponseType: { type: 'string', min: 1, max: longestResponse, sensitive: true },
    BeginSecurityKeyRegistrationRequest: {
      type: 'structure',
      members: { UserName: 'existingUserNameType' },
    },
    BeginSecurityKeyRegistrationResponse: {
      type: 'structure',
      required: ['Options'],
      members: { Options: 'webAuthnOptionsType' },
    },
    // Only a program on the person's own machine gets the code.
    loopbackUrlType: {
      type: 'string',
      min: 1,
      max: 256,
      pattern: 'http://127\\.0\\.0\\.1:[0-9]{1,5}/signed-in\\?state=[A-Za-z0-9_-]{16,128}',
    },
    securityKeyCodeType: { type: 'string', sensitive: true },
    securityKeyPageType: { type: 'string', sensitive: true },
    GetSecurityKeyChallengeRequest: {
      type: 'structure',
      members: { ReturnTo: 'loopbackUrlType' },
    },
    GetSecurityKeyChallengeResponse: {
      type: 'structure',
      required: ['Options', 'Address'],
      members: { Options: 'webAuthnOptionsType', Address: 'securityKeyPageType' },
    },
    CreateSecurityKeyCodeRequest: {
      type: 'structure',
      required: ['Response'],
      members: { Response: 'webAuthnResponseType' },
    },
    CreateSecurityKeyCodeResponse: {
      type: 'structure',
      required: ['SerialNumber', 'Code', 'Expiration'],
      members: {
        SerialNumber: 'serialNumberType',
        Code: 'securityKeyCodeType',
        Expiration: 'dateType',
      },
    },
    EnableSecurityKeyRequest: {
      type: 'structure',
      required: ['SecurityKeyName', 'Response'],
      members: {
        UserName: 'existingUserNameType',
        SecurityKeyName: 'securityKeyNameType',
        Response: 'webAuthnResponseType',
      },
    },
    EnableSecurityKeyResponse: {
      type: 'structure',
      required: ['SerialNumber'],
      members: { SerialNumber: 'serialNumberType' },
    },
  },
  operations: {
    ...iamService.operations,
    BeginSecurityKeyRegistration: {
      input: 'BeginSecurityKeyRegistrationRequest',
      output: 'BeginSecurityKeyRegistrationResponse',
      errors: { ...errors, InvalidInput: 400 },
    },
    GetSecurityKeyChallenge: {
      input: 'GetSecurityKeyChallengeRequest',
      output: 'GetSecurityKeyChallengeResponse',
      errors: { NoSuchEntity: 404 },
    },
    CreateSecurityKeyCode: {
      input: 'CreateSecurityKeyCodeRequest',
      output: 'CreateSecurityKeyCodeResponse',
      errors: { NoSuchEntity: 404, InvalidAuthenticationCode: 403 },
    },
    EnableSecurityKey: {
      input: 'EnableSecurityKeyRequest',
      output: 'EnableSecurityKeyResponse',
      errors: { ...errors, InvalidAuthenticationCode: 403 },
    },
  },
}

/** Operations on security keys, as pages call them. */
export interface SecurityKeyOperations {
  readonly GetSecurityKeyChallenge: {
    /** `ReturnTo`: where a program on the same machine waits for the code. */
    readonly in: { readonly ReturnTo?: string | undefined }
    /**
     * What `navigator.credentials.get` takes, as JSON; and the page that asks, for whoever has no
     * browser at hand. Either leads to one code.
     */
    readonly out: { readonly Options: string; readonly Address: string }
    readonly code: 'NoSuchEntity'
  }
  readonly CreateSecurityKeyCode: {
    readonly in: { readonly Response: string }
    readonly out: {
      readonly SerialNumber: string
      /** Six digits, which count once. */
      readonly Code: string
      readonly Expiration: Date
    }
    readonly code: 'NoSuchEntity' | 'InvalidAuthenticationCode'
  }
  readonly BeginSecurityKeyRegistration: {
    /** Without UserName, the caller's own. */
    readonly in: { readonly UserName?: string | undefined }
    /** What `navigator.credentials.create` takes, as JSON. */
    readonly out: { readonly Options: string }
    readonly code: keyof typeof errors | 'InvalidInput'
  }
  readonly EnableSecurityKey: {
    readonly in: {
      readonly UserName?: string | undefined
      readonly SecurityKeyName: string
      /** The browser's answer, as JSON. */
      readonly Response: string
    }
    readonly out: { readonly SerialNumber: string }
    readonly code: keyof typeof errors | 'InvalidAuthenticationCode'
  }
}

export function securityKeyModel<N extends keyof SecurityKeyOperations>(
  name: N,
): Model<
  SecurityKeyOperations[N]['in'],
  SecurityKeyOperations[N]['out'],
  SecurityKeyOperations[N]['code']
> {
  return linkModel(securityKeyService, name)
}
