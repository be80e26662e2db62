gitlab_rails['omniauth_allow_single_sign_on'] = ['openid_connect']
gitlab_rails['omniauth_block_auto_created_users'] = false
gitlab_rails['omniauth_providers'] = [
  {
    name: "openid_connect",
    label: "Company",
    args: {
      name: "openid_connect",
      scope: ["openid", "profile"],
      response_type: "code",
      issuer: "https://sso.example.com",
      discovery: true,
      client_auth_method: "basic",
      uid_field: "sub",
      pkce: true,
      client_options: {
        identifier: "gitlab",
        secret: File.read("/etc/gitlab/gatehouse-secret").strip,
        redirect_uri: "https://gitlab.example.com/users/auth/openid_connect/callback",
        gitlab: {
          groups: {
            groups_attribute: "groups",
            admin_groups: ["gitlab-admins"]
          }
        }
      }
    }
  }
]
