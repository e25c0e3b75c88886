{{- define "plumbline.labels" -}}
app.kubernetes.io/name: plumbline
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "plumbline.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
env:
  - name: PLUMBLINE_DATABASE_URL
    valueFrom:
      secretKeyRef: { name: {{ .Values.database.secret }}, key: url }
  {{- with .Values.kafka.bootstrapServers }}
  - { name: KAFKA_BOOTSTRAP_SERVERS, value: {{ . | quote }} }
  {{- end }}
  - { name: PLUMBLINE_SERVER_ADDRESS, value: "0.0.0.0" }
  - { name: PLUMBLINE_SERVER_LOG_FORMAT, value: json }
  {{- range $name, $value := .Values.environment }}
  - { name: {{ $name }}, value: {{ $value | quote }} }
  {{- end }}
resources: {{- toYaml .Values.resources | nindent 2 }}
{{- end }}
