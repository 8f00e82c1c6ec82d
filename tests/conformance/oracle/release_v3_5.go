//go:build !controller_3_2

package main

import (
	"context"

	"github.com/go-logr/logr"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/certs"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/config"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/ingress"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/k8s"
	elbv2model "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/model/elbv2"
)

// youngerGates are feature gates that this release does not have yet.
var youngerGates = map[string]bool{}

func youngerSettings(settings *config.ControllerConfig) map[string]any {
	return map[string]any{
		"defaultPCAArn":        &settings.IngressConfig.DefaultPCAArn,
		"requiredSecretsLabel": &settings.RequiredSecretsLabel,
	}
}

func newBuilder(p Parts) ingress.ModelBuilder {
	var (
		log        = logr.Discard()
		s          = p.settings
		gates      = s.FeatureGates
		managed    = gates.Enabled(config.EnableCertificateManagement)
		key, value = config.ParseRequiredSecretsLabel(s.RequiredSecretsLabel)
		acm        = acm{facts: p.facts}
	)
	return ingress.NewDefaultModelBuilder(p.client, silent, ec2{facts: p.facts}, elbv2{facts: p.facts}, wafv2{facts: p.facts}, acm,
		p.parser, p.subnets, p.auth, p.backends, p.tracking, p.tagging, gates, p.facts.VPC, s.ClusterName, s.DefaultTags,
		s.ExternalManagedTags, s.DefaultSSLPolicy, s.DefaultTargetType, s.DefaultLoadBalancerScheme, p.backend, p.groups,
		s.EnableBackendSecurityGroup, s.EnableManageBackendSecurityGroupRules, s.DisableRestrictedSGRules,
		s.IngressConfig.AllowedCertificateAuthorityARNs, gates.Enabled(config.EnableIPTargetType), managed,
		s.IngressConfig.DefaultPCAArn, p.targets, k8s.NewSecretsManager(nil, nil, log, key, value), log, p.metrics,
		certs.NewACMCertDiscovery(acm, s.IngressConfig.AllowedCertificateAuthorityARNs, managed, log))
}

// certificateARN is the ARN, or the place in the stack of a certificate that the controller would request.
func certificateARN(ctx context.Context, certificate elbv2model.Certificate) string {
	arn, err := certificate.CertificateARN.Resolve(ctx)
	if err == nil {
		return arn
	}
	requested := certificate.CertificateARN.Dependencies()[0]
	return "#/resources/" + requested.Type() + "/" + requested.ID() + "/status/certificateARN"
}
