FROM node:24-bookworm-slim
WORKDIR /opt/gatehouse
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY bin bin
COPY src src
COPY views views
COPY config config
# A named volume takes over the owner and the mode of the folder that it covers.
RUN install -d -o node -g node -m 0700 /var/lib/gatehouse /var/lib/gatehouse-key
USER node
EXPOSE 8080 9090
ENTRYPOINT ["node", "bin/gatehouse.js"]
CMD ["serve", "--config", "/etc/gatehouse/gatehouse.yaml"]
