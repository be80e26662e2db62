/** Actions that together, on any resource of a type, give a principal more than it was granted. */
export interface Escalation {
  readonly actions: readonly [string, ...string[]]
  /** `service:resource` with `*` for what varies. */
  readonly on: string
}

const row = (on: string, ...actions: [string, ...string[]]): Escalation => ({ actions, on })

/**
 * Ways to more permissions that need no role to be passed, one row each. What needs `iam:PassRole`
 * is found by that action. From the published lists of escalations: those of Rhino Security Labs,
 * Bishop Fox and DataDog (pathfinding.cloud), and the IAM user guide, "Security best practices".
 */
export const escalations: readonly Escalation[] = [
  // Write a policy that already counts for the principal, or attach another one.
  row('iam:policy/*', 'iam:CreatePolicyVersion'),
  row('iam:policy/*', 'iam:SetDefaultPolicyVersion'),
  row('iam:user/*', 'iam:AttachUserPolicy'),
  row('iam:group/*', 'iam:AttachGroupPolicy'),
  row('iam:role/*', 'iam:AttachRolePolicy'),
  row('iam:user/*', 'iam:PutUserPolicy'),
  row('iam:group/*', 'iam:PutGroupPolicy'),
  row('iam:role/*', 'iam:PutRolePolicy'),
  row('iam:group/*', 'iam:AddUserToGroup'),
  // Take a role by changing whom it trusts, or who speaks for those it trusts.
  row('iam:role/*', 'iam:UpdateAssumeRolePolicy'),
  row('iam:saml-provider/*', 'iam:UpdateSAMLProvider'),
  row('iam:oidc-provider/*', 'iam:UpdateOpenIDConnectProviderThumbprint'),
  row('iam:oidc-provider/*', 'iam:AddClientIDToOpenIDConnectProvider'),
  // Make credentials of somebody else.
  row('iam:user/*', 'iam:CreateAccessKey'),
  row('iam:user/*', 'iam:CreateLoginProfile'),
  row('iam:user/*', 'iam:UpdateLoginProfile'),
  row('iam:user/*', 'iam:CreateServiceSpecificCredential'),
  row('iam:user/*', 'iam:ResetServiceSpecificCredential'),
  row('iam:user/*', 'iam:UploadSigningCertificate'),
  row('iam:root', 'sts:AssumeRoot'),
  // Take away what limits.
  row('iam:role/*', 'iam:DeleteRolePermissionsBoundary'),
  row('iam:user/*', 'iam:DeleteUserPermissionsBoundary'),
  row('iam:role/*', 'iam:PutRolePermissionsBoundary'),
  row('iam:user/*', 'iam:PutUserPermissionsBoundary'),
  // Run code of one's own where a role is at work already.
  row('lambda:function:*', 'lambda:UpdateFunctionCode'),
  row('lambda:function:*', 'lambda:UpdateFunctionConfiguration'),
  row('ec2:instance/*', 'ssm:SendCommand'),
  row('ec2:instance/*', 'ssm:StartSession'),
  row('ec2:instance/*', 'ec2:ModifyInstanceAttribute'),
  row('ec2:instance/*', 'ec2-instance-connect:SendSSHPublicKey'),
  row('ec2:instance/*', 'ec2-instance-connect:SendSerialConsoleSSHPublicKey'),
  row('ec2:launch-template/*', 'ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'),
  row('ecs:task/*/*', 'ecs:ExecuteCommand'),
  row('glue:devEndpoint/*', 'glue:UpdateDevEndpoint'),
  row('glue:job/*', 'glue:UpdateJob', 'glue:StartJobRun'),
  row('codebuild:project/*', 'codebuild:StartBuild'),
  row('codebuild:project/*', 'codebuild:StartBuildBatch'),
  row('sagemaker:notebook-instance/*', 'sagemaker:CreatePresignedNotebookInstanceUrl'),
  row('sagemaker:user-profile/*/*', 'sagemaker:CreatePresignedDomainUrl'),
  row('datapipeline:pipeline/*', 'datapipeline:PutPipelineDefinition'),
  row('apprunner:service/*/*', 'apprunner:UpdateService'),
  // Let a service change what its own role may change.
  row('cloudformation:stack/*/*', 'cloudformation:UpdateStack'),
  row(
    'cloudformation:stack/*/*',
    'cloudformation:CreateChangeSet',
    'cloudformation:ExecuteChangeSet',
  ),
  row('cloudformation:stackset/*:*', 'cloudformation:UpdateStackSet'),
  // Give oneself a seat where permissions are kept outside of IAM.
  row('sso:permissionSet/*/*', 'sso:PutInlinePolicyToPermissionSet'),
  row('sso:permissionSet/*/*', 'sso:AttachManagedPolicyToPermissionSet'),
  row('sso:permissionSet/*/*', 'sso:AttachCustomerManagedPolicyReferenceToPermissionSet'),
  row('sso:permissionSet/*/*', 'sso:CreateAccountAssignment'),
  row('identitystore:group/*', 'identitystore:CreateGroupMembership'),
  row('eks:access-entry/*/*/*/*/*', 'eks:AssociateAccessPolicy'),
]
