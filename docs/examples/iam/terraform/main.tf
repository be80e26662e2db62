# A team's policies, people and roles, kept by Terraform (provider hashicorp/aws):
#
#   terraform init
#   gatehouse exec Admin -- terraform apply -var account=111122223333
#
# `gatehouse exec` sets credentials and AWS_ENDPOINT_URL, which names Gatehouse below.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "account" {
  description = "The account in Gatehouse"
  type        = string
}

variable "endpoint" {
  description = "Gatehouse's address"
  type        = string
  default     = "https://sso.example.com"
}

provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = [var.account]

  # Nothing but IAM and STS is asked, and no instance metadata.
  skip_metadata_api_check = true
  endpoints {
    iam = var.endpoint
    sts = var.endpoint
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:aws:s3:::team-*"]
  }
}

data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::team-releases/*"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.ci.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "ci.example.com:sub"
      values   = ["project:team/releases"]
    }
  }
}

resource "aws_iam_openid_connect_provider" "ci" {
  url            = "https://ci.example.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_policy" "read" {
  name        = "TeamRead"
  description = "Reads the buckets of the team"
  policy      = data.aws_iam_policy_document.read.json
  tags        = { team = "platform" }
}

resource "aws_iam_group" "team" {
  name = "Team"
}

resource "aws_iam_group_policy_attachment" "team_reads" {
  group      = aws_iam_group.team.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_user" "ada" {
  name = "ada"
  tags = { team = "platform" }
}

resource "aws_iam_user_group_membership" "ada" {
  user   = aws_iam_user.ada.name
  groups = [aws_iam_group.team.name]
}

resource "aws_iam_role" "deployer" {
  name                 = "Deployer"
  description          = "Deploys from CI"
  max_session_duration = 7200
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = { team = "platform" }
}

resource "aws_iam_role_policy" "deploy" {
  name   = "Deploy"
  role   = aws_iam_role.deployer.id
  policy = data.aws_iam_policy_document.deploy.json
}

resource "aws_iam_role_policy_attachment" "deployer_reads" {
  role       = aws_iam_role.deployer.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_instance_profile" "deployer" {
  name = "Deployer"
  role = aws_iam_role.deployer.name
}
