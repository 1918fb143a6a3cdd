package request

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"edgeapp.example/peer/api"
)

const goldenFolder = "../../../../test/core/golden"

// The peer sends what the operator sends: both are held to the same manifests.
func TestGoldenManifests(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goldenFolder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests in %s: %v", goldenFolder, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { checkGolden(t, file) })
	}
}

func checkGolden(t *testing.T, file string) {
	var object api.EdgeAppVersion
	if err := yaml.UnmarshalStrict(read(t, file), &object); err != nil {
		t.Fatal(err)
	}
	var want struct {
		Fingerprint string
		Request     any
	}
	if err := json.Unmarshal(read(t, strings.TrimSuffix(file, ".yaml")+".json"), &want); err != nil {
		t.Fatal(err)
	}
	create, err := New(&object)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(create)
	var got any
	_ = json.Unmarshal(text, &got)
	if !reflect.DeepEqual(got, want.Request) {
		t.Errorf("request %s", text)
	}
	if fingerprint, err := create.Fingerprint(); err != nil || fingerprint != want.Fingerprint {
		t.Errorf("fingerprint %s, want %s (%v)", fingerprint, want.Fingerprint, err)
	}
}

func TestMarkerIsReadBack(t *testing.T) {
	owner := Owner{OwnerID: "prod-1", Namespace: "shop", Name: "web.1"}
	marked := (&Create{Remarks: "see [1]"}).WithMarker(owner, "v1:0123456789abcdef")
	got, fingerprint, ok := ParseMarker(marked.Remarks)
	if !ok || got != owner || fingerprint != "v1:0123456789ab" {
		t.Errorf("%q reads as %v %q %v", marked.Remarks, got, fingerprint, ok)
	}
	if _, _, ok := ParseMarker("spring release"); ok {
		t.Error("plain remarks have no marker")
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
