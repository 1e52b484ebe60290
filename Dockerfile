# One image for web, worker, beat and the release step; docker-compose.yml starts them all.
# Another base is any Debian with Python and its venv module, both stages on the same.
ARG BASE=python:3.12-slim
FROM ${BASE} AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes --requirement requirements.txt
COPY . .
# collectstatic reads the settings, and those insist on values that only a running site has.
RUN SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=sqlite:////tmp/build REDIS_URL=redis://build \
    EMAIL_HOST=build python manage.py collectstatic --noinput && python -m compileall -q .


FROM ${BASE}

RUN useradd --create-home --uid 10001 clock-work \
    && install --directory --owner clock-work --mode 0700 /var/lib/clock-work /var/lib/clock-work/secret \
        /var/lib/clock-work/journal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PORT=8000
WORKDIR /app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "-m", "bin.healthcheck"]
CMD ["sh", "-c", "exec daphne -b 0.0.0.0 -p \"$PORT\" clock_work.asgi:application"]
