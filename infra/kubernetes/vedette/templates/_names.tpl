{{- define "vedette.selector" -}}
app.kubernetes.io/name: vedette
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "vedette.labels" -}}
{{ include "vedette.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "vedette.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* How many processes there are at most: for the connections that the database has to have. */ -}}
{{- define "vedette.processes" -}}
{{- $count := int .Values.record.replicas }}
{{- range .Values.deployments }}
{{- $most := .replicas }}
{{- with .autoscale }}{{ $most = .max }}{{ end }}
{{- $count = add $count (int $most) }}
{{- end }}
{{- $count }}
{{- end }}

{{- /* The deployment that has the pages. */ -}}
{{- define "vedette.door" -}}
{{- range $name, $part := .Values.deployments }}
{{- if has "http" (splitList "," (nospace $part.roles)) }}{{ $name }}{{ end }}
{{- end }}
{{- end }}
