import { mostIdentityCharacters } from '../quotas.ts'
import type { FindingRow, Severity } from './severity.ts'

const row = (severity: Severity, advice: string): FindingRow => ({ severity, advice })

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
/**
 * All findings about a policy that parses, grouped by element. Problems of the parser are errors
 * with codes of their own (problem-code.ts).
 */
export const findingTable = {
  // The document
  'version-missing': row(
    'warning',
    'write "Version": "2012-10-17": without it the rules of 2008 count, and `${…}` is plain text',
  ),
  'version-of-2008': row(
    'warning',
    'write "Version": "2012-10-17" and read what `${…}` and `*` mean then',
  ),
  'variable-without-version': row(
    'security-warning',
    'write "Version": "2012-10-17", or the variable is compared as plain text',
  ),
  'over-quota': row('error', 'take statements out, or spread them over several policies'),
  'over-managed-quota': row(
    'warning',
    `a managed policy has ${mostIdentityCharacters.managed} characters at most: ` +
      'this one fits only inline in a role',
  ),
  'long-trust-policy': row(
    'warning',
    "AWS takes this only where the account's quota was raised: take statements out",
  ),
  'empty-sid': row('suggestion', 'give the statement a name, or take the Sid out'),
  'near-quota': row('suggestion', 'merge statements before the next one does not fit any more'),
  // Actions
  'unknown-service': row('error', 'use the prefix that the service authorization reference has'),
  'ended-service': row('warning', 'take the action out: no request asks for it any more'),
  'unknown-action': row('error', 'use the name that the service authorization reference has'),
  'pattern-without-action': row(
    'error',
    'no action begins or ends so: mend the pattern or take it out',
  ),
  'action-spelling': row('suggestion', 'write the action as AWS does, so that people find it'),
  'duplicate-action': row('suggestion', 'keep one of them'),
  'redundant-action': row('suggestion', 'take it out: another pattern of the statement covers it'),
  'allow-everything': row('security-warning', 'name the services and resources that are needed'),
  'service-wide-allow': row('warning', 'name the actions, or the resources, that are needed'),
  'not-action-with-allow': row(
    'security-warning',
    'name what is allowed: NotAction grants every other action, of services to come too',
  ),
  'not-action-and-not-resource': row(
    'warning',
    'write two statements: hardly anybody reads a double exception right',
  ),
  'pass-role-everywhere': row(
    'security-warning',
    'name the roles that may be passed: any role on any service is administrator',
  ),
  'pass-role-to-any-service': row(
    'suggestion',
    'name the service in a condition on `iam:PassedToService`',
  ),
  'privilege-escalation': row(
    'security-warning',
    'narrow the resource, or add a condition on `iam:PermissionsBoundary`: ' +
      'who has this can give themselves everything',
  ),
  'assume-any-role': row(
    'security-warning',
    'name the roles: the trust policies alone decide otherwise',
  ),
  'any-service-linked-role': row(
    'warning',
    'name the service in a condition on `iam:AWSServiceName`',
  ),
  'action-outside-trust': row(
    'error',
    'a trust policy is about taking the role: ' +
      'sts:AssumeRole and its kin, sts:TagSession, sts:SetSourceIdentity',
  ),
  'wide-trust-action': row(
    'warning',
    'name the one action that this principal takes the role with',
  ),
  'action-for-other-provider': row(
    'error',
    'SAML providers go with sts:AssumeRoleWithSAML, ' +
      'OIDC ones with sts:AssumeRoleWithWebIdentity, ' +
      'directories with sts:AssumeRoleWithLDAPIdentity',
  ),
  'excepts-everything': row('error', 'name what is excepted: with `*` the statement does nothing'),
  'every-service-in-resource-control': row('error', 'write the service, as in s3:*'),
  // Resources
  'wrong-resource-type': row(
    'error',
    'no action of the statement works on such a resource: take it out, or mend its type',
  ),
  'resource-of-other-type': row(
    'warning',
    'no action of the statement works on such a resource: take it out, or add its action',
  ),
  'arn-without-region': row('error', 'write the region, or `*` for all of them'),
  'arn-with-region': row('error', 'leave the region empty: ARNs of this type have none'),
  'arn-without-account': row(
    'warning',
    'write the account, or `*` for all of them: without one, only what Amazon offers is meant',
  ),
  'arn-with-account': row('error', 'leave the account empty: ARNs of this type have none'),
  'action-without-its-resource': row(
    'warning',
    'no resource of the statement is of a type that the action works on: ' +
      'add one, or take the action out',
  ),
  'action-needs-every-resource': row(
    'error',
    'the action knows no resource: it needs a statement of its own with "Resource": "*"',
  ),
  'action-ignores-resources': row(
    'warning',
    'no resource of the action is documented: give it a statement of its own with "Resource": "*"',
  ),
  'managed-policy-version': row(
    'error',
    'write "Version": "2012-10-17": IAM stores no managed policy of another',
  ),
  'partition-of-other-account': row('error', "write the account's own partition, or `*`"),
  'principal-of-other-partition': row('error', "write the account's own partition"),
  'region-in-arn': row('error', 'leave the region empty: IAM refuses the policy'),
  'no-type-of-iam': row('error', 'write `*`, or a type such as `user/`, `role/`, `policy/`'),
  'unknown-arn-service': row('error', 'use the service name that its ARNs have'),
  'unknown-partition': row('error', 'aws, aws-cn, aws-us-gov, aws-eusc, or a wildcard'),
  'bad-arn-account': row(
    'error',
    'an account has 12 digits; the part may be empty, `aws` or a wildcard',
  ),
  'bad-arn-region': row(
    'error',
    'a region is written as eu-central-1; the part may be empty or a wildcard',
  ),
  'duplicate-resource': row('suggestion', 'keep one of them'),
  'redundant-resource': row(
    'suggestion',
    'take it out: another pattern of the statement covers it',
  ),
  'not-resource-with-allow': row(
    'security-warning',
    'name what is allowed: NotResource grants every other resource, of those to come too',
  ),
  'open-bucket-name': row(
    'warning',
    'end the name of the bucket before the star: buckets of strangers begin so too',
  ),
  'unnarrowed-write': row('suggestion', 'name the resources: the action can be narrowed to them'),
  // Principals
  'public-principal': row(
    'security-warning',
    'name accounts or roles, or narrow by aws:PrincipalOrgID, aws:PrincipalArn, ' +
      'aws:SourceArn or aws:SourceVpce',
  ),
  'foreign-principal': row(
    'warning',
    'make sure that you know the account and what it may do with this',
  ),
  'foreign-without-external-id': row(
    'security-warning',
    'agree on an external id and compare it: StringEquals sts:ExternalId',
  ),
  'not-principal': row(
    'warning',
    'use Principal * with a condition on aws:PrincipalArn: ' +
      'NotPrincipal also denies whoever has a boundary',
  ),
  'not-principal-lacks-account': row(
    'security-warning',
    'list the account of the user or role too, or it is denied all the same',
  ),
  'service-without-source': row(
    'security-warning',
    'compare aws:SourceArn or aws:SourceAccount: the service calls for other customers too',
  ),
  'issuer-without-subject': row(
    'security-warning',
    'compare the sub of the token: everybody who uses this issuer could take the role',
  ),
  'open-subject': row(
    'security-warning',
    'name the organization and the repository or project before the first star',
  ),
  'subject-of-any-repository': row(
    'warning',
    'name the repository, and the branch or environment that may take the role',
  ),
  'web-identity-without-audience': row(
    'security-warning',
    'compare the aud of the token: those of other applications would do',
  ),
  'saml-without-audience': row('warning', 'compare SAML:aud'),
  'directory-without-condition': row(
    'suggestion',
    'compare ldap:groups or ldap:username, so that a mapping alone does not open the role',
  ),
  'session-as-principal': row(
    'warning',
    'name the role: a session of that name has to be there each time',
  ),
  'canonical-user-outside-s3': row('warning', 'only S3 knows canonical users: name the account'),
  'duplicate-principal': row('suggestion', 'keep one of them'),
  'redundant-principal': row('suggestion', 'take it out: `*` names everybody'),
  'provider-outside-trust': row(
    'error',
    'only trust policies name identity providers: name the role that they take',
  ),
  'key-not-for-services': row(
    'error',
    'compare aws:SourceArn, aws:SourceAccount or aws:SourceOrgID',
  ),
  'source-without-account': row(
    'security-warning',
    'compare aws:SourceAccount too: a bucket of that name may change hands',
  ),
  'key-of-the-resource': row('suggestion', 'compare it in policies of users and roles'),
  'roles-anywhere-lacks-action': row('error', 'add the actions to the statement'),
  'key-without-its-action': row('warning', 'add the action to the statement'),
  'set-operator-on-audience': row('security-warning', 'leave the set operator out'),
  'subject-of-any-branch': row('suggestion', 'name the branch or environment, or compare the ref'),
  // Resource control policies
  'service-outside-resource-control': row(
    'warning',
    "look the service up in AWS Organizations' list of those that support these policies",
  ),
  'services-denied-too': row(
    'warning',
    'add BoolIfExists aws:PrincipalIsAWSService "false", so that services can do their work',
  ),
  'people-denied-too': row(
    'warning',
    'add Bool aws:PrincipalIsAWSService "true", so that users and roles are spared',
  ),
  'source-may-be-absent': row(
    'warning',
    'add Null aws:SourceAccount "false", so that services without a source are spared',
  ),
  // Conditions
  'unknown-key': row('error', 'use a key that the service authorization reference has'),
  'unknown-key-prefix': row(
    'warning',
    'use the prefix of a service, `aws`, or the host of an issuer',
  ),
  'key-not-for-actions': row(
    'warning',
    'no action of the statement brings the key: the condition never holds, or always',
  ),
  'allow-without-key': row(
    'warning',
    'give the action a statement of its own: with this condition it is never allowed',
  ),
  'deny-without-key': row(
    'security-warning',
    'give the action a statement of its own: with this condition it is never denied',
  ),
  'key-of-few-services': row('warning', 'name actions of services that bring the key'),
  'attributes-without-select': row(
    'security-warning',
    'add StringEqualsIfExists dynamodb:Select "SPECIFIC_ATTRIBUTES"',
  ),
  'prefix-excluded': row(
    'security-warning',
    'name the prefixes that may be listed: Allow with StringLike, or Deny with StringNotLike',
  ),
  'multivalued-without-set': row(
    'error',
    'put ForAnyValue: or ForAllValues: before the operator: ' +
      'without one a key of several values fits nothing',
  ),
  'set-operator-on-single': row('warning', 'leave the set operator out: the key has one value'),
  'for-all-without-null': row(
    'security-warning',
    'add Null "false" for the key: ForAllValues holds when it is absent',
  ),
  'operator-for-other-type': row('error', 'use an operator of the type that the key has'),
  'obsolete-operator': row(
    'suggestion',
    'write ArnLike or ArnNotLike: ArnEquals has meant the same since wildcards work in it',
  ),
  'string-operator-on-arn': row('suggestion', 'use ArnLike: its wildcards stay inside a segment'),
  'literal-wildcard': row(
    'warning',
    'use StringLike: in this operator `*` and `?` are plain characters',
  ),
  'like-without-wildcard': row(
    'suggestion',
    'use the Equals form: there is no wildcard in the values',
  ),
  'duplicate-value': row('suggestion', 'keep one of them'),
  'key-twice': row('warning', 'keep one: names of keys that differ in case only are one key'),
  'mfa-if-exists': row(
    'security-warning',
    'use Bool: with IfExists, credentials without the key pass as if they had MFA',
  ),
  'mfa-without-if-exists': row(
    'security-warning',
    "use BoolIfExists: long-term keys don't bring aws:MultiFactorAuthPresent, and pass",
  ),
  'negation-allows-absent': row(
    'warning',
    'add Null "false" for the key: a negated operator holds when it is absent',
  ),
  contradiction: row('error', "the conditions can't hold together: take one out"),
  'always-holds': row(
    'suggestion',
    'it asks only whether the key is there: say so with Null "false"',
  ),
  'private-source-ip': row(
    'warning',
    'aws:SourceIp is a public address; use aws:VpcSourceIp or aws:SourceVpce for private ones',
  ),
  'every-address': row('security-warning', 'name the ranges: this one has every address'),
  'address-with-host-bits': row('warning', 'write the range by its first address'),
  'forgeable-key': row(
    'security-warning',
    "add a condition that the caller can't choose: anybody can send this header",
  ),
  'unknown-variable': row(
    'error',
    'use a condition key that exists: an unknown one never has a value',
  ),
  'multivalued-variable': row(
    'error',
    'use a key that has one value: one of several is never filled in',
  ),
  'empty-condition': row('suggestion', 'take it out, or write the condition that is meant'),
  'redundant-bound': row('suggestion', 'keep one bound'),
  'vpc-value': row('error', 'a network is written vpc-0a1b2c3d, an endpoint vpce-0a1b2c3d'),
  'address-of-any-network': row(
    'security-warning',
    'compare aws:SourceVpc or aws:SourceVpce beside aws:VpcSourceIp',
  ),
  'account-value': row('error', 'an account has 12 digits'),
  'region-value': row('error', 'a region is written as eu-central-1'),
  'service-value': row('error', 'a service is written as ec2.amazonaws.com'),
  'kms-key-value': row('error', 'a key is written as arn:aws:kms:REGION:ACCOUNT:key/ID'),
  'wildcard-in-id': row('security-warning', 'write the id out'),
  'only-if-absent': row('suggestion', 'say so with Null "true"'),
  'several-booleans': row('warning', 'keep the one that is meant'),
  'epoch-date': row(
    'suggestion',
    'write the date as 2026-11-30T00:00:00Z, so that people can read it',
  ),
  // Statements together
  'duplicate-statement': row('warning', 'keep one of them'),
  'redundant-statement': row('suggestion', 'take it out: another statement covers it'),
  'shadowed-by-deny': row(
    'warning',
    'take it out, or narrow the Deny: nothing of it is ever allowed',
  ),
  'grants-nothing': row(
    'warning',
    'add an Allow: this kind of policy lets through only what it allows',
  ),
  'deny-everything': row(
    'warning',
    'make sure that this is meant: nobody it reaches can do anything',
  ),
} as const satisfies Readonly<Record<string, FindingRow>>

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
export type SemanticCode = keyof typeof findingTable
