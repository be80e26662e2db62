#!/bin/sh
# In Nextcloud's folder, as the user of the web server. GATEHOUSE_SECRET: the secret of the app.
php occ app:install user_oidc
php occ user_oidc:provider company \
  --clientid=nextcloud \
  --clientsecret="$GATEHOUSE_SECRET" \
  --discoveryuri=https://sso.example.com/.well-known/openid-configuration \
  --scope="openid profile" \
  --unique-uid=0 \
  --mapping-uid=preferred_username \
  --mapping-display-name=name \
  --mapping-email=email \
  --mapping-groups=groups \
  --group-provisioning=1
