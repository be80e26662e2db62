import { iam, instant, type Step } from './step.ts'

const pia = { UserName: 'pia' }
const rules = {
  MinimumPasswordLength: 12,
  RequireNumbers: true,
  RequireSymbols: true,
  MaxPasswordAge: 90,
  PasswordReusePrevention: 3,
  AllowUsersToChangePassword: true,
}

/** An administrator sets the rules and a first password; the user changes it. */
export const passwords: readonly Step[] = [
  iam('GetAccountPasswordPolicy', {}, { refused: ['NoSuchEntity', /^The Password Policy with/] }),
  iam('UpdateAccountPasswordPolicy', rules),
  iam(
    'GetAccountPasswordPolicy',
    {},
    {
      answers: {
        PasswordPolicy: {
          ...rules,
          RequireUppercaseCharacters: false,
          RequireLowercaseCharacters: false,
          ExpirePasswords: true,
          HardExpiry: undefined,
        },
      },
    },
  ),
  iam('CreateUser', pia),
  iam('CreateAccessKey', pia, { keeps: { pia: 'AccessKey' } }),
  iam(
    'CreateLoginProfile',
    { ...pia, Password: 'welcome' },
    { refused: ['PasswordPolicyViolation', /minimum length of 12, .*one number, .*one symbol$/] },
  ),
  iam(
    'CreateLoginProfile',
    { ...pia, Password: 'welcome-aboard-1', PasswordResetRequired: true },
    {
      answers: {
        LoginProfile: { UserName: 'pia', CreateDate: instant, PasswordResetRequired: true },
      },
    },
  ),
  iam('GetLoginProfile', pia, {
    answers: { LoginProfile: { UserName: 'pia', PasswordResetRequired: true } },
  }),
  iam(
    'ChangePassword',
    { OldPassword: 'welcome-aboard-2', NewPassword: 'é-secret-of-pia-1' },
    { as: 'pia', refused: ['AccessDenied', /old password/] },
  ),
  iam(
    'ChangePassword',
    { OldPassword: 'welcome-aboard-1', NewPassword: 'welcome-aboard-1' },
    { as: 'pia', refused: ['PasswordPolicyViolation', /^Password does not conform/] },
  ),
  iam(
    'ChangePassword',
    { OldPassword: 'welcome-aboard-1', NewPassword: 'é-secret-of-pia-1' },
    { as: 'pia' },
  ),
  iam('GetLoginProfile', pia, { answers: { LoginProfile: { PasswordResetRequired: false } } }),
  iam('GetAccountPasswordPolicy', {}, { as: 'pia' }),
  iam(
    'ChangePassword',
    { OldPassword: 'welcome-aboard-1', NewPassword: 'é-secret-of-pia-1' },
    { refused: ['NoSuchEntity', /^Login Profile for User admin/] },
  ),
  iam('UpdateLoginProfile', { ...pia, Password: 'set-by-an-admin-7' }),
  iam('DeleteAccessKey', { ...pia, AccessKeyId: '<pia.AccessKeyId>' }),
  iam('DeleteUser', pia, { refused: ['DeleteConflict', /must delete login profile first/] }),
  iam('DeleteLoginProfile', pia),
  iam('DeleteLoginProfile', pia, { refused: ['NoSuchEntity'] }),
  iam('DeleteUser', pia),
  iam('DeleteAccountPasswordPolicy', {}),
  iam('DeleteAccountPasswordPolicy', {}, { refused: ['NoSuchEntity'] }),
]
