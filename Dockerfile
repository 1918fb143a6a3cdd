# The bases are named by tag: builds that must repeat to the byte should pin the digests of the day they build.

FROM node:26.10.0-trixie-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY build.ts tsconfig.json ./
COPY crds crds
COPY src src
RUN npm run build

FROM gcr.io/distroless/nodejs26-debian13:nonroot
LABEL org.opencontainers.image.title="edgeapp-operator" \
      org.opencontainers.image.description="Kubernetes operator for Alibaba Cloud ESA edge container versions" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY LICENSE ./
COPY crds/edgeappversions.yaml crds/
COPY docs/errors.md docs/
COPY --from=build /src/dist dist
USER 65532:65532
EXPOSE 8081
# A young generation that holds what the calls under way need, and still counts little against the limit of the pod; a heap
# of three fifths of that limit, which leaves room for the program itself and for responses that are being read; none of
# V8's last compiler, which a short burst pays for and a long one gains nothing by; and the right to collect garbage when
# the operator rests. No signal opens the inspector.
ENTRYPOINT ["/nodejs/bin/node", "--disable-sigusr1", "--max-semi-space-size=8", "--max-old-space-size-percentage=60", "--max-opt=2", "--expose-gc", "/app/dist/edgeapp.mjs"]
CMD ["run"]
