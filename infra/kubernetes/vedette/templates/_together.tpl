{{- /* What no schema can say: values that do not fit each other are refused with a sentence. */ -}}
{{- define "vedette.together" -}}
{{- if gt (len .Release.Name) 40 }}
{{- fail "The name of the release is too long: at most 40 characters, for Kubernetes takes 63 with what is added to them." }}
{{- end }}
{{- include "vedette.named" (dict "known" (.Files.Get "settings.yaml" | fromYaml) "values" .Values) }}
{{- if not (regexMatch "^https?://[^\\s/?#@]+(/[^\\s?#]*)?$" .Values.publicUrl) }}
{{- fail "publicUrl must be like https://cams.example.org, without user name, query or fragment." }}
{{- end }}
{{- $roles := list "http" "ingest" "detect" "deliver" "tend" }}
{{- $has := dict }}
{{- range $name, $part := .Values.deployments }}
{{- if or (has $name (list "record" "settings" "outside")) (not (regexMatch "^[a-z][a-z0-9-]{0,13}[a-z0-9]$" $name)) }}
{{- fail (printf "deployments.%s cannot be called that. Take 2 to 15 of a-z, 0-9 and -, and neither record, settings nor outside." $name) }}
{{- end }}
{{- range $role := splitList "," (nospace $part.roles) }}
{{- if eq $role "record" }}
{{- fail (printf "deployments.%s has the role record, which needs a disk of its own: take it out, recorders are started anyway (record.replicas)." $name) }}
{{- end }}
{{- if not (has $role $roles) }}
{{- fail (printf "deployments.%s has the role %q, which does not exist. The roles are %s, with \",\" between them." $name $role (join ", " $roles)) }}
{{- end }}
{{- with get $has $role }}
{{- fail (printf "deployments.%s and deployments.%s both have the role %s. Give it to one, with more replicas." . $name $role) }}
{{- end }}
{{- $_ := set $has $role $name }}
{{- end }}
{{- if and $part.autoscale (has "tend" (splitList "," (nospace $part.roles))) }}
{{- fail (printf "deployments.%s has the role tend and cannot have autoscale: one process tends for all, and others wait. Give it replicas: 2." $name) }}
{{- end }}
{{- with $part.autoscale }}
{{- if gt (int .min) (int .max) }}
{{- fail (printf "deployments.%s.autoscale has a min of %d above its max of %d." $name (int .min) (int .max)) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $role := $roles }}
{{- if not (hasKey $has $role) }}
{{- fail (printf "No deployment has the role %s. Add it to the roles of one, or what it does is done by nobody." $role) }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (ne .Values.ingress.host (get (urlParse .Values.publicUrl) "hostname")) }}
{{- fail (printf "ingress.host is %q and publicUrl leads to %q. They have to name one host: sign-in belongs to it." .Values.ingress.host (get (urlParse .Values.publicUrl) "hostname")) }}
{{- end }}
{{- end }}

{{- /* Whether what is set is a setting, and stands where it belongs: of `known` and `values`. */ -}}
{{- define "vedette.named" -}}
{{- $known := .known }}
{{- $parts := dict "settings" .values.settings "record.settings" (.values.record.settings | default dict) }}
{{- range $name, $part := .values.deployments }}
{{- $_ := set $parts (printf "deployments.%s.settings" $name) ($part.settings | default dict) }}
{{- end }}
{{- range $place, $settings := $parts }}
{{- range $name, $_ := $settings }}
{{- if has $name $known.secret }}
{{- fail (printf "%s.%s is a secret and must not stand among the values. Put it into a Secret, and name that in fromSecrets." $place $name) }}
{{- end }}
{{- if hasKey $known.chosen $name }}
{{- fail (printf "%s.%s is set by this chart. %s" $place $name (ternary "Leave it out." (printf "Give %s instead." (get $known.chosen $name)) (eq (get $known.chosen $name) ""))) }}
{{- end }}
{{- if not (has $name $known.other) }}
{{- fail (printf "%s.%s does not exist. docs/reference/settings.md has all settings." $place $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $_ := .values.environment }}
{{- if hasPrefix "VEDETTE_" $name }}
{{- fail (printf "environment.%s is a setting of Vedette. Put it into settings." $name) }}
{{- end }}
{{- end }}
{{- range $name, $_ := .values.fromSecrets }}
{{- if not (or (has $name $known.secret) (has $name $known.other)) }}
{{- fail (printf "fromSecrets.%s does not exist, or is set by this chart. docs/reference/settings.md has all settings." $name) }}
{{- end }}
{{- if hasKey $.values.settings $name }}
{{- fail (printf "%s is in fromSecrets and in settings. Leave it in one of them." $name) }}
{{- end }}
{{- end }}
{{- end }}
