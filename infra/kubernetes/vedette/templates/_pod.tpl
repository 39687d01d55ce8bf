{{- /* The text of a setting: numbers as people write them. */ -}}
{{- define "vedette.text" -}}
{{- if kindIs "string" . }}{{ . | quote }}{{ else }}{{ toJson . | quote }}{{ end }}
{{- end }}

{{- /* Settings of a container: of `root`, `own` (those of its part) and `chosen` (those that this chart chooses). */ -}}
{{- define "vedette.environment" -}}
{{- range $name, $from := .root.Values.fromSecrets }}
- { name: {{ $name }}, valueFrom: { secretKeyRef: { name: {{ $from.secret }}, key: {{ $from.key }} } } }
{{- end }}
{{- $common := dict "VEDETTE_PUBLIC_URL" .root.Values.publicUrl "VEDETTE_HOST" "0.0.0.0" "VEDETTE_DATA" "/data" }}
{{- with .root.Values.trustedProxies }}{{ $_ := set $common "VEDETTE_TRUSTED_PROXIES" . }}{{ end }}
{{- /* Not `merge`: it takes 0 and false for nothing. */ -}}
{{- $all := dict }}
{{- range $settings := list .root.Values.settings .own $common .chosen }}
{{- range $name, $value := $settings }}{{ $_ := set $all $name $value }}{{ end }}
{{- end }}
{{- range $name, $value := $all }}
- { name: {{ $name }}, value: {{ include "vedette.text" $value }} }
{{- end }}
{{- range $name, $value := .root.Values.environment }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- if .root.Values.authorities.configMap }}
- { name: NODE_EXTRA_CA_CERTS, value: /authorities/ca.crt }
{{- end }}
{{- end }}

{{- define "vedette.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* What a pod is whatever its roles: who it runs as, where, and with which rights. */ -}}
{{- define "vedette.place" -}}
serviceAccountName: {{ .Release.Name }}
automountServiceAccountToken: false
# The variables that Kubernetes would make of services look like settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - { name: {{ . }} }
  {{- end }}
{{- end }}
{{- with .Values.pods.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.pods.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pods.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "vedette.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .Values.authorities.configMap }}
- { name: authorities, mountPath: /authorities, readOnly: true }
{{- end }}
{{- if .Values.sharedClaim }}
- { name: shared, mountPath: /shared }
{{- end }}
{{- if .Values.serviceAccount.vaultToken.enabled }}
- { name: vault-token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
{{- end }}
{{- range $index, $file := .Values.secretFiles }}
- { name: secret-{{ $index }}, mountPath: {{ $file.path }}, readOnly: true }
{{- end }}
{{- end }}

{{- define "vedette.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
{{- with .Values.authorities }}
{{- if .configMap }}
- { name: authorities, configMap: { name: {{ .configMap }}, items: [{ key: {{ .key }}, path: ca.crt }] } }
{{- end }}
{{- end }}
{{- with .Values.sharedClaim }}
- { name: shared, persistentVolumeClaim: { claimName: {{ . }} } }
{{- end }}
{{- with .Values.serviceAccount.vaultToken }}
{{- if .enabled }}
- name: vault-token
  projected:
    sources:
      - serviceAccountToken: { path: token, audience: {{ .audience }}, expirationSeconds: 3600 }
{{- end }}
{{- end }}
{{- range $index, $file := .Values.secretFiles }}
- { name: secret-{{ $index }}, secret: { secretName: {{ $file.secret }}, defaultMode: 0440 } }
{{- end }}
{{- end }}

{{- /* A pod of some roles: of `root`, `name`, `part`, `drainSeconds`, `roles`, `chosen`; a recorder is `isRecorder`. */ -}}
{{- define "vedette.pod" -}}
metadata:
  labels:
    {{- include "vedette.selector" .root | nindent 4 }}
    app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
    app.kubernetes.io/component: {{ .name }}
  {{- $hasPages := has "http" (splitList "," (nospace .roles)) }}
  {{- $hasMetrics := .root.Values.metrics.enabled }}
  {{- $scraped := dict }}
  {{- if $hasMetrics }}
  {{- $scraped = dict "prometheus.io/scrape" "true" "prometheus.io/path" "/metrics" "prometheus.io/port" (ternary "8081" "8080" $hasPages) }}
  {{- end }}
  {{- with merge (dict) .root.Values.pods.annotations $scraped }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "vedette.place" .root | nindent 2 }}
  # Longer than answering goes on, and a recorder takes to seal what is open.
  terminationGracePeriodSeconds: {{ add .drainSeconds 45 }}
  topologySpreadConstraints:
    {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "vedette.selector" $.root | nindent 10 }}
          app.kubernetes.io/component: {{ $.name }}
    {{- end }}
  containers:
    - name: vedette
      image: {{ include "vedette.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [serve, --roles, {{ .roles | quote }}]
      securityContext:
        {{- include "vedette.containerSecurity" .root | nindent 8 }}
      {{- $port := ternary "VEDETTE_PORT" "VEDETTE_PROBE_PORT" $hasPages }}
      {{- $chosen := merge (dict $port 8080 "VEDETTE_DRAIN_SECONDS" .drainSeconds) .chosen }}
      {{- /* Beside the pages nobody is told without a token. */ -}}
      {{- if and $hasPages $hasMetrics }}{{ $_ := set $chosen "VEDETTE_PROBE_PORT" 8081 }}{{ end }}
      env:
        {{- if .isRecorder }}
        - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        {{- end }}
        {{- include "vedette.environment" (dict "root" .root "own" .part.settings "chosen" $chosen) | trim | nindent 8 }}
      ports:
        - { name: http, containerPort: 8080 }
        {{- if and $hasPages $hasMetrics }}
        - { name: metrics, containerPort: 8081 }
        {{- end }}
        {{- if .isRecorder }}
        - { name: peer, containerPort: 8090 }
        {{- end }}
      # The first start makes the tables, one process for all.
      startupProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 90 }
      livenessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }
      readinessProbe: { httpGet: { path: /readyz, port: http }, periodSeconds: 3, timeoutSeconds: 5, failureThreshold: 2 }
      resources:
        {{- toYaml .part.resources | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /data }
        {{- include "vedette.mounts" .root | nindent 8 }}
  volumes:
    {{- if not .isRecorder }}
    # For a detector that is made at the start.
    - { name: data, emptyDir: { sizeLimit: 1Gi } }
    {{- end }}
    {{- include "vedette.volumes" .root | nindent 4 }}
{{- end }}

{{- /* Of pods that are more than one, one may go at a time: of `root` and `name`. */ -}}
{{- define "vedette.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels:
    {{- include "vedette.labels" .root | nindent 4 }}
spec:
  maxUnavailable: 1
  # One that is not ready holds up nobody who empties a machine.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "vedette.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .name }}
{{- end }}
