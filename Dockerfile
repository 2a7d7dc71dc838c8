# syntax=docker/dockerfile:1
# What npm needs to install, and what builds the pages, is not in what runs.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/perdure
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN node --input-type=module --eval "(await import('./scripts/build-web.ts')).buildWebApp()"

FROM node:24-bookworm-slim
WORKDIR /opt/perdure
COPY --from=build --chown=root:root /opt/perdure ./
RUN install --directory --owner=node --group=node --mode=700 /data
USER node
ENV NODE_ENV=production PERDURE_DATA_DIR=/data PERDURE_HOST=0.0.0.0 PERDURE_PORT=3000
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "--eval", "fetch('http://127.0.0.1:3000/readyz').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.mjs"]
