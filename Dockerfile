# The image of web, worker and scheduler. See docs/deployment.md.
# The base's release decides the version of PostgreSQL's client tools; the server of
# docker-compose.yml is of the same one.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS packages
COPY requirements.txt /
RUN python3 -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /requirements.txt

FROM ${BASE} AS calendar
ENV PYTHON_OF_VENV=/node/bin/python
RUN python3 -m venv /node
WORKDIR /srv/salon/frontend
COPY frontend/npm frontend/.npmrc frontend/package.json frontend/package-lock.json ./
RUN ./npm ci
COPY frontend ./
RUN ./npm run build -- --logLevel warn

FROM ${BASE}
# pg_dump and pg_restore, for `backup` and `restore`; the release decides their version.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 salon \
    && useradd --system --uid 10001 --gid salon --no-create-home --home-dir /nonexistent salon \
    && install --directory --owner salon --group salon --mode 0700 /backups /srv/data/imports
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=0 \
    DATA_DIR=/srv/data \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /srv/salon
COPY --from=packages /venv /venv
COPY . .
COPY --from=calendar /srv/salon/web/static/web/calendar web/static/web/calendar
# The variables satisfy the settings for this one command; nothing of them stays in the image.
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(48))') \
    TWILIO_ACCOUNT_SID=none TWILIO_AUTH_TOKEN=none TWILIO_PHONE_NUMBER=+12125550100 \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q .
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "operations.healthcheck", "web"]
CMD ["gunicorn", "--worker-class", "uvicorn_worker.UvicornWorker", "--bind", "0.0.0.0:8000", \
     "--workers", "2", "--graceful-timeout", "5", "--log-level", "warning", \
     "--no-control-socket", "booking_api.asgi:application"]
