package esa

import (
	"strings"
	"testing"
	"time"
)

// The worked example that the signer of the official SDK gives for the same input.
func TestAuthorization(t *testing.T) {
	containers := `[{"Command":"/bin/server","EnvVariables":"MODE=prod,LEVEL=2",` +
		`"Image":"registry.example.com/team/web:1.4.2","IsACRImage":false,"Name":"web","ProbeContent":` +
		`{"FailureThreshold":3,"HttpHeaders":"[{\"X-Probe\":\"1\"}]","InitialDelaySeconds":5,"Path":"/healthz",` +
		`"PeriodSeconds":10,"Port":8080,"Scheme":"HTTP"},"ProbeType":"httpGet","Spec":"1C2G","Storage":"0.5G"}]`
	body := encode([]parameter{
		{"Name", "web-1.4.2"}, {"AppId", "app-880688675783790001"}, {"Remarks", "first release"}, {"Containers", containers},
	})
	client := &Client{host: "esa.cn-hangzhou.aliyuncs.com", keyID: "testid", secret: []byte("testsecret")}
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	hash := hashOf(body)
	if want := "de87dcd4e7b0a84d899edc061d865be58a81f49f5a4be527ec00a6338c14591f"; hash != want {
		t.Errorf("body hash %s, want %s", hash, want)
	}
	headers := client.headers(call{
		method: "POST", action: "CreateEdgeContainerAppVersion", nonce: "0123456789abcdef0123456789abcdef",
	}, hash, at)
	got := client.authorization("POST", "", headers, hash)
	if want := "910d50f500ddd8e65e0ee9627b35a6278cc57ffbf82f0355143933a80af72bb9"; !strings.HasSuffix(got, "="+want) {
		t.Errorf("authorization %s, want the signature %s", got, want)
	}
}

func TestEncodeEscapesAllButUnreservedCharacters(t *testing.T) {
	got := encode([]parameter{{"b", "~ *'(!)é"}, {"a", ""}})
	if want := "a=&b=~%20%2A%27%28%21%29%C3%A9"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
