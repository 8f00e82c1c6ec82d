//go:build controller_3_2

package main

import (
	"context"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/go-logr/logr"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/config"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/ingress"
	elbv2model "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/model/elbv2"
)

// youngerGates are feature gates that this release does not have yet; to switch them off is no mistake.
var youngerGates = map[string]bool{"EnableCertificateManagement": true, "IngressPlanAnnotation": true}

// youngerSettings are settings that this release does not have yet: they are read, and change nothing.
func youngerSettings(*config.ControllerConfig) map[string]any {
	return map[string]any{"defaultPCAArn": new(string), "requiredSecretsLabel": new(string)}
}

func newBuilder(p Parts) ingress.ModelBuilder {
	var (
		s     = p.settings
		gates = s.FeatureGates
	)
	return ingress.NewDefaultModelBuilder(p.client, silent, ec2{facts: p.facts}, elbv2{facts: p.facts}, wafv2{facts: p.facts},
		acm{facts: p.facts}, p.parser, p.subnets, p.auth, p.backends, p.tracking, p.tagging, gates, p.facts.VPC, s.ClusterName,
		s.DefaultTags, s.ExternalManagedTags, s.DefaultSSLPolicy, s.DefaultTargetType, s.DefaultLoadBalancerScheme, p.backend,
		p.groups, s.EnableBackendSecurityGroup, s.EnableManageBackendSecurityGroupRules, s.DisableRestrictedSGRules,
		s.IngressConfig.AllowedCertificateAuthorityARNs, gates.Enabled(config.EnableIPTargetType), p.targets, logr.Discard(),
		p.metrics)
}

func certificateARN(_ context.Context, certificate elbv2model.Certificate) string {
	return awssdk.ToString(certificate.CertificateARN)
}
