# The gateway on an empty image, with the few files that it needs, and not as root.
#
#   docker build -t clientc-gateway .
#   docker run --rm -p 44497:44497 -v "$PWD:/plan:ro" -e CLIENTC_GATEWAY_API_KEYS=a-key -e OPENAI_API_KEY \
#     clientc-gateway --resolved /plan/resolved.json --listen 0.0.0.0:44497
FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release -p clientc-gateway
# What the program needs to run: its libraries, the authorities that it trusts, and what looks up names.
RUN scripts/image_root.sh target/release/clientc-gateway /root-of-image

FROM scratch
COPY --from=build /root-of-image /
USER 65532:65532
EXPOSE 44497
ENTRYPOINT ["/clientc-gateway"]
